import type { portChoices } from './ports.ts';
import { apiGatewayProviders } from './resources/apigateway/providers.ts';
import { cloudfrontProviders } from './resources/cloudfront/distribution.ts';
import { dynamodbProviders } from './resources/dynamodb/table.ts';
import { iamProviders } from './resources/iam/role.ts';
import { lambdaProviders } from './resources/lambda/providers.ts';
import { logProviders } from './resources/logs/log-group.ts';
import { pipeProviders } from './resources/pipes/pipe.ts';
import type { ResourceProviders } from './resources/provider.ts';
import { recordOnlyProviders } from './resources/record-only.ts';
import { s3Providers } from './resources/s3/bucket.ts';
import { schedulerProviders } from './resources/scheduler/schedule.ts';
import { sqsProviders } from './resources/sqs/queue.ts';
import type { Engine } from './services/engines/engine.ts';
import type { Lifecycle } from './shared/lifecycle.ts';
import type { Services } from './start-services.ts';

export interface ProviderOptions {
  readonly region: string;
  readonly ports: ReturnType<typeof portChoices>;
  readonly lifecycle: Lifecycle;
  /** Seed with which pipes deliver twice and out of order; without one they do not. */
  readonly pipeChaosSeed: number | undefined;
  /** Whether schedules fire only through the control API. */
  readonly schedulesOnDemand: boolean;
  readonly report: (message: string) => void;
}

/** Every resource type that the local stack can create; each provider gets the services that it needs. */
export function resourceProviders(services: Services, options: ProviderOptions): ResourceProviders {
  const { region, ports, lifecycle, report } = options;
  const { engines, endpoints, gateways, credentials, tables, logs, functions, resourcePolicies } =
    services;
  const onRemoveFrom =
    (engine: Engine) =>
    (remove: () => Promise<unknown>): void => {
      // What the stack creates in an embedded engine ends with that engine.
      if (!engine.external) return;
      lifecycle.onStop(async () => {
        await remove();
      });
    };
  return {
    ...apiGatewayProviders({ ...services, region, port: ports.intake, lifecycle, report }),
    ...cloudfrontProviders({ objects: services.objects, port: ports.page, lifecycle }),
    ...dynamodbProviders({
      region,
      dynamodb: services.dynamodb,
      tables,
      onRemove: onRemoveFrom(engines.dynamodb),
    }),
    ...iamProviders(services.roles),
    ...lambdaProviders({
      region,
      platform: {
        credentials,
        endpoints,
        access: services.access,
        logs,
        traces: services.traces,
        report,
      },
      functions,
      functionPermissions: services.functionPermissions,
      urlPort: ports.readApi,
      asyncInvoker: services.asyncInvoker,
      resourcePolicies,
      retryImmediately: services.retryImmediately,
      gateways,
      lifecycle,
      report,
    }),
    ...logProviders({ region, logs }),
    ...pipeProviders({
      region,
      gateways,
      tables,
      chaosSeed: options.pipeChaosSeed,
      lifecycle,
      report,
    }),
    ...recordOnlyProviders(region),
    ...s3Providers({ region, objects: services.objects }),
    ...schedulerProviders({
      region,
      endpoints,
      credentials,
      schedules: services.schedules,
      onDemand: options.schedulesOnDemand,
      lifecycle,
      report,
    }),
    ...sqsProviders({
      region,
      sqs: services.sqs,
      endpoint: endpoints.sqs,
      resourcePolicies,
      onRemove: onRemoveFrom(engines.sqs),
    }),
  };
}
