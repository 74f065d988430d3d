import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EngineSearch } from '@leaderboard/testing/dynamodb-engine';

import { ApiKeys } from './services/apigateway/api-keys.ts';
import { RestApis } from './services/apigateway/rest-apis.ts';
import { startControlApi } from './services/control/control-api.ts';
import { TableCatalog } from './services/dynamodb/table-catalog.ts';
import { EngineConnection } from './services/engines/engine-connection.ts';
import type { Engine } from './services/engines/engine.ts';
import { startDynamoDb, startSqs } from './services/engines/start-engines.ts';
import { FaultInjector } from './services/faults/fault-injector.ts';
import { CredentialRegistry } from './services/gateway/credentials.ts';
import {
  administratorOf,
  startGateway,
  startRejectingGateway,
  type GatewayService,
  type Interceptor,
} from './services/gateway/gateway.ts';
import { AccessControl } from './services/iam/access-control.ts';
import { enforcePolicies } from './services/iam/enforcement.ts';
import type { GrantReference } from './services/iam/grants.ts';
import { PolicyBook } from './services/iam/policy-book.ts';
import { ResourceNames } from './services/iam/resource-names.ts';
import { ResourcePolicies } from './services/iam/resource-policies.ts';
import { RoleRegistry } from './services/iam/role-registry.ts';
import { startSession } from './services/iam/sessions.ts';
import { AccessUsage } from './services/iam/usage.ts';
import { AsyncInvoker } from './services/lambda/async-invoker.ts';
import { destinationSender } from './services/lambda/destination-sender.ts';
import type { FunctionHost } from './services/lambda/function-host.ts';
import { FunctionPermissions } from './services/lambda/function-permissions.ts';
import { startLambdaApi } from './services/lambda/lambda-api.ts';
import { TraceRecorder } from './services/lambda/tracing.ts';
import { LogGroups, type LogSink } from './services/logs/log-groups.ts';
import { ObjectStore } from './services/s3/object-store.ts';
import { s3Api } from './services/s3/s3-api.ts';
import type { Schedule } from './services/scheduler/schedule.ts';
import { startSecretsApi, type Secrets } from './services/secretsmanager/secrets-api.ts';
import { VisibilityChanges } from './services/sqs/visibility-changes.ts';
import type { Lifecycle } from './shared/lifecycle.ts';
import type { PortChoice } from './shared/loopback-server.ts';

export interface ServiceOptions {
  /** Where to look for engines. */
  readonly engines: EngineSearch;
  /** Whether to open the control API, through which tests inject faults. */
  readonly faults: boolean;
  /** Whether the visibility timeout of messages ends that a function failed to process. */
  readonly retryImmediately: boolean;
  /** Pause before the first retry of an asynchronous invocation, in ms; twice as long before the second. */
  readonly asyncRetryDelayMs: number;
  /** What Secrets Manager holds, by ARN or name. */
  readonly secrets: Secrets;
  /** Grants of the program to leave out, to see which test needs them. */
  readonly removedGrants: readonly GrantReference[];
  readonly logSinks: readonly LogSink[];
  /** Receives messages for the developer: errors of functions, failures of polling. */
  readonly report: (message: string) => void;
}

/** The running services, from which the providers of resources take what they need. */
export type Services = Awaited<ReturnType<typeof startServices>>;

/** Starts engines, gateways and APIs, which stop with the lifecycle. */
export async function startServices(
  options: ServiceOptions,
  region: string,
  ports: { readonly sqs: PortChoice; readonly dynamodb: PortChoice },
  lifecycle: Lifecycle,
) {
  const engines = {
    sqs: lifecycle.stopping(await startSqs(options.engines.environment, region)),
    dynamodb: lifecycle.stopping(await startDynamoDb(options.engines)),
  };
  const credentials = new CredentialRegistry();
  const tables = new TableCatalog();
  const iam = accessServices(options.removedGrants, region);
  const faults = new FaultInjector();
  const visibilityChanges = new VisibilityChanges();
  const interceptors: Interceptor[] = [
    enforcePolicies(iam.access, new ResourceNames(region, tables)),
    ...(options.retryImmediately ? [visibilityChanges.intercept] : []),
    ...(options.faults ? [faults.intercept] : []),
  ];
  const connectionTo = (engine: Engine) => {
    const connection = new EngineConnection(engine, region);
    lifecycle.onStop(() => {
      connection.close();
      return Promise.resolve();
    });
    return connection;
  };
  const sqsConnection = connectionTo(engines.sqs);
  const gatewayTo = async (service: GatewayService, engine: EngineConnection, port?: PortChoice) =>
    lifecycle.stopping(
      await startGateway({
        service,
        engine,
        credentials,
        interceptors,
        ...(port !== undefined && { port }),
      }),
    );
  const sqsGateway = await gatewayTo('sqs', sqsConnection, ports.sqs);
  const dynamodbGateway = await gatewayTo(
    'dynamodb',
    connectionTo(engines.dynamodb),
    ports.dynamodb,
  );
  const rejecting = lifecycle.stopping(await startRejectingGateway());

  const logs = new LogGroups(options.logSinks);
  const traces = new TraceRecorder();
  const schedules = new Map<string, Schedule>();
  const control = options.faults
    ? lifecycle.stopping(
        await startControlApi({
          faults,
          logs,
          schedules,
          traces,
          permissions: {
            grants: () => iam.policies.grants(),
            usage: () => ({ used: iam.usage.used(), denied: iam.usage.denied() }),
            startSession: (actAs) => startSession(actAs, iam.roles, credentials),
          },
        }),
      )
    : undefined;

  const sqs = administratorOf(sqsConnection, 'AmazonSQS');
  const dynamodb = administratorClient(region, engines.dynamodb, lifecycle);
  const functions = new Map<string, FunctionHost>();
  const asyncInvoker = lifecycle.stopping(
    new AsyncInvoker({
      retryDelayMs: options.asyncRetryDelayMs,
      send: destinationSender({ region, credentials, sqsEndpoint: sqsGateway.url }),
      report: options.report,
    }),
  );
  const lambdaApi = lifecycle.stopping(await startLambdaApi({ functions, asyncInvoker }));
  const lambdaGateway = await gatewayTo('lambda', connectionTo(lambdaApi));
  const objects = new ObjectStore();
  const s3Gateway = await gatewayTo('s3', connectionTo(s3Api(objects)));
  const secretsApi = lifecycle.stopping(await startSecretsApi(options.secrets));
  const secretsGateway = await gatewayTo('secretsmanager', connectionTo(secretsApi));

  return {
    engines,
    gateways: { sqs: sqsGateway, dynamodb: dynamodbGateway },
    endpoints: {
      sqs: sqsGateway.url,
      dynamodb: dynamodbGateway.url,
      lambda: lambdaGateway.url,
      s3: s3Gateway.url,
      secretsmanager: secretsGateway.url,
      other: rejecting.url,
    },
    controlUrl: control?.url,
    sqs,
    dynamodb,
    credentials,
    tables,
    ...iam,
    logs,
    traces,
    schedules,
    functions,
    functionPermissions: new FunctionPermissions(iam.access, region),
    asyncInvoker,
    restApis: new RestApis(),
    apiKeys: new ApiKeys(),
    objects,
    retryImmediately: options.retryImmediately ? { sqs, visibilityChanges } : undefined,
  };
}

function accessServices(removedGrants: readonly GrantReference[], region: string) {
  const roles = new RoleRegistry();
  const resourcePolicies = new ResourcePolicies();
  const policies = new PolicyBook(roles, resourcePolicies, removedGrants);
  const usage = new AccessUsage();
  const access = new AccessControl({ policies, usage, region });
  return { roles, resourcePolicies, policies, usage, access };
}

/** A client that is connected to the engine directly, past the gateway and its policies. */
function administratorClient(region: string, engine: Engine, lifecycle: Lifecycle): DynamoDBClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const dynamodb = new DynamoDBClient({ region, endpoint: engine.url, credentials });
  lifecycle.onStop(() => {
    dynamodb.destroy();
    return Promise.resolve();
  });
  return dynamodb;
}
