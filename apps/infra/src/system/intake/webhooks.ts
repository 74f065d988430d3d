import { TRANSACTION_EVENTS_TABLE } from '@leaderboard/tables';
import type * as aws from '@pulumi/aws';

import type { LambdaFunction } from '../../components/lambda-function.ts';
import type { DynamoDbTable } from '../../components/dynamodb-table.ts';
import { declareDeadLetterQueue } from '../dead-letters.ts';
import { declareIntakeFunction } from '../function.ts';
import type { StackScope } from '../stack-scope.ts';
import { declareTable } from '../table.ts';
import { declareEventQueues, type EventQueues } from './event-queues.ts';
import { declareRouter } from './router.ts';
import { declareSweep, type Sweep } from './sweep.ts';

export interface Webhooks extends Sweep {
  events: DynamoDbTable;
  queues: EventQueues;
  /** Receives invocations of router and sweep that failed permanently. */
  failures: aws.sqs.Queue;
  validator: LambdaFunction;
  router: LambdaFunction;
}

/** Declares what is behind `POST /webhook`: the validator accepts an event, router or sweep send it to its queue. */
export function declareWebhooks(
  scope: StackScope,
  scheduleGroup: aws.scheduler.ScheduleGroup,
): Webhooks {
  const events = declareTable(scope, TRANSACTION_EVENTS_TABLE);
  const queues = declareEventQueues(scope);
  const failures = declareDeadLetterQueue(scope, 'webhook-failures', {
    meaning:
      'Runs of the event router or of the sweep failed permanently; the sweep keeps trying to route the events.',
    severity: 'ticket',
    depthAlarmThreshold: scope.config.webhookDlqDepthAlarmThreshold,
  });
  const routing = { events, queues, failures };
  const router = declareRouter(scope, routing);
  const sweep = declareSweep(scope, routing, scheduleGroup);
  const validator = declareValidator(scope, events, router, sweep.sweep);
  return { events, queues, failures: failures.queue, validator, router, ...sweep };
}

function declareValidator(
  scope: StackScope,
  events: DynamoDbTable,
  router: LambdaFunction,
  sweep: LambdaFunction,
): LambdaFunction {
  const { webhookSecretArn, webhookSecretKeyArn, region } = scope.config;
  return declareIntakeFunction(scope, 'webhook-validator', {
    bundle: 'validator',
    settings: 'validator',
    description: 'Checks webhook events, stores them and hands them to the router',
    consumers: [router, sweep],
    environment: {
      DYNAMODB_TABLE: events.table.name,
      ROUTER_LAMBDA_NAME: router.function.name,
      ...(webhookSecretArn !== undefined && { SIGNATURE_SECRET_ID: webhookSecretArn }),
    },
    permissions: [
      { sid: 'StoreEvents', actions: ['dynamodb:PutItem'], resources: [events.table.arn] },
      {
        sid: 'InvokeRouter',
        actions: ['lambda:InvokeFunction'],
        resources: [router.function.arn],
      },
      ...(webhookSecretArn === undefined
        ? []
        : [
            {
              sid: 'ReadSignatureSecret',
              actions: ['secretsmanager:GetSecretValue'],
              resources: [webhookSecretArn],
            },
          ]),
      ...(webhookSecretKeyArn === undefined
        ? []
        : [
            {
              sid: 'DecryptSignatureSecret',
              actions: ['kms:Decrypt'],
              resources: [webhookSecretKeyArn],
              conditions: {
                StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` },
              },
            },
          ]),
    ],
  });
}
