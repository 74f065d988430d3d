import * as aws from '@pulumi/aws';

import type { LambdaFunction } from '../../components/lambda-function.ts';
import { allowPolicy } from '../../components/policy.ts';
import { declareIntakeFunction } from '../function.ts';
import type { StackScope } from '../stack-scope.ts';
import { type Routing, routingVariables, sendEvents } from './event-queues.ts';

/** Shortest maximum age that Lambda accepts for an asynchronous event, in s (Lambda API: PutFunctionEventInvokeConfig). */
export const LEAST_EVENT_AGE_SECONDS = 60;

/** Declares the function that the validator invokes for each event, asynchronously. */
export function declareRouter(scope: StackScope, routing: Routing): LambdaFunction {
  const router = declareIntakeFunction(scope, 'event-router', {
    bundle: 'router',
    settings: 'router',
    description: 'Sends an accepted webhook event to the queue of its type',
    environment: routingVariables(scope, routing),
    permissions: [
      sendEvents(routing),
      {
        sid: 'MarkAsRouted',
        actions: ['dynamodb:UpdateItem'],
        resources: [routing.events.table.arn],
      },
    ],
  });
  keepFailedInvocations(scope, router, routing);
  router.watchAsynchronousEvents();
  return router;
}

function keepFailedInvocations(
  { config }: StackScope,
  router: LambdaFunction,
  { failures }: Routing,
): void {
  const policy = new aws.iam.RolePolicy(
    'event-router-destination-policy',
    {
      name: 'failed-invocations',
      role: router.role.name,
      policy: allowPolicy([
        {
          sid: 'KeepFailedInvocations',
          actions: ['sqs:SendMessage'],
          resources: [failures.queue.arn],
        },
      ]),
    },
    { parent: router },
  );
  new aws.lambda.FunctionEventInvokeConfig(
    'event-router-invocation',
    {
      functionName: router.function.name,
      maximumRetryAttempts: config.routerRetryAttempts,
      // The sweep routes older events.
      maximumEventAgeInSeconds: Math.max(LEAST_EVENT_AGE_SECONDS, config.sweepMinAgeSeconds),
      destinationConfig: { onFailure: { destination: failures.queue.arn } },
    },
    // Lambda checks at creation that the function may write to its destination.
    { parent: router, dependsOn: [policy] },
  );
}
