import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { EngineSearch } from '@leaderboard/testing/dynamodb-engine';

import { ApiKeys } from './services/apigateway/api-keys.ts';
import { RestApis } from './resources/apigateway/rest-api.ts';
import { startControlApi } from './services/control/control-api.ts';
import { startDynamoDb, startSqs } from './services/engines/start-engines.ts';
import { CredentialRegistry } from './services/gateway/credentials.ts';
import { FaultInjector } from './services/faults/fault-injector.ts';
import {
  startGateway,
  startRefusingGateway,
  type Interceptor,
} from './services/gateway/gateway.ts';
import { AccessControl } from './services/iam/access-control.ts';
import { enforcePolicies } from './services/iam/enforcement.ts';
import type { GrantReference } from './services/iam/grants.ts';
import { PolicyBook } from './services/iam/policy-book.ts';
import { ResourcePolicies } from './services/iam/resource-policies.ts';
import { RoleRegistry } from './services/iam/role-registry.ts';
import { startSession } from './services/iam/sessions.ts';
import { StackResourceNames } from './services/iam/resource-names.ts';
import { AccessUsage } from './services/iam/usage.ts';
import { AsyncInvoker } from './services/lambda/async-invoker.ts';
import { destinationSender } from './resources/lambda/event-invoke-config.ts';
import type { FunctionHost } from './services/lambda/function-host.ts';
import { startLambdaApi } from './services/lambda/lambda-api.ts';
import { FunctionPermissions } from './services/lambda/function-permissions.ts';
import { TraceRecorder } from './services/lambda/trace-recorder.ts';
import { LogGroups, type LogSink } from './services/logs/log-groups.ts';
import { portChoices, type StackPorts } from './ports.ts';
import { runProgram, type ProgramOptions } from './pulumi/run-program.ts';
import { ObjectStore } from './services/s3/object-store.ts';
import { Schedules } from './services/scheduler/schedules.ts';
import { startSecretsApi, type Secrets } from './services/secretsmanager/secrets-api.ts';
import { VisibilityChanges } from './services/sqs/visibility-changes.ts';
import type { StackContext } from './resources/stack-context.ts';
import type { StackDescription } from './serve/stack-file.ts';

/** As the infrastructure program has it, unless the configuration says another. */
const DEFAULT_REGION = 'us-west-1';

export interface StackOptions extends ProgramOptions {
  readonly ports: StackPorts;
  /** Receives a message for every port that was taken. */
  readonly notify: (message: string) => void;
  /** Where to look for engines. */
  readonly engines: EngineSearch;
  /** Whether to open the control API, by which tests inject faults. */
  readonly faults: boolean;
  /** Seed by which pipes deliver twice and out of order; without one they do not. */
  readonly pipeChaosSeed: number | undefined;
  /** Whether schedules fire only by the control API. */
  readonly schedulesOnDemand: boolean;
  /** Whether messages that a function has failed to process become visible immediately, not after their visibility timeout. */
  readonly retryImmediately: boolean;
  /** Pause before Lambda retries an asynchronous invocation whose function failed, in ms; the second is twice as long. */
  readonly asyncRetryDelayMs: number;
  /** What Secrets Manager holds, by ARN or name. */
  readonly secrets: Secrets;
  /** Grants of the program to leave out, to see which test needs them. */
  readonly removedGrants: readonly GrantReference[];
  readonly logSinks: readonly LogSink[];
  /** Takes what a developer should see at once: errors of functions, failures of polling. */
  readonly report: (message: string) => void;
}

export interface RunningStack {
  readonly description: StackDescription;
  /** Stops pollers, workers, gateways and engines, in this order. */
  stop(): Promise<void>;
}

/**
 * Starts the engines, runs the Pulumi program on them and starts polling.
 *
 * @throws LocalStackError; whatever had been started is stopped again.
 */
export async function startStack(options: StackOptions): Promise<RunningStack> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (let next = stops.pop(); next !== undefined; next = stops.pop()) await next();
  };
  try {
    return { description: await assemble(options, stops), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Pushes how to stop each part to `stops` as soon as it runs. */
async function assemble(
  options: StackOptions,
  stops: (() => Promise<void>)[],
): Promise<StackDescription> {
  const region = options.config['aws:region'] ?? DEFAULT_REGION;
  const running = <Part extends { stop(): Promise<void> }>(part: Part): Part => {
    stops.push(() => part.stop());
    return part;
  };

  const engines = {
    sqs: running(await startSqs(options.engines.environment, region)),
    dynamodb: running(await startDynamoDb(options.engines)),
  };

  const ports = portChoices(options.ports, options.notify);
  const credentials = new CredentialRegistry();
  const logs = new LogGroups(options.logSinks);
  const faults = new FaultInjector();
  const roles = new RoleRegistry();
  const resourcePolicies = new ResourcePolicies();
  const resourceNames = new StackResourceNames(region);
  const policies = new PolicyBook(roles, resourcePolicies, options.removedGrants);
  const usage = new AccessUsage();
  const access = new AccessControl({ policies, usage, region });
  const traces = new TraceRecorder();
  const visibilityChanges = new VisibilityChanges();
  const interceptors: Interceptor[] = [
    enforcePolicies(access, resourceNames),
    ...(options.retryImmediately ? [visibilityChanges.intercept] : []),
    ...(options.faults ? [faults.intercept] : []),
  ];
  const sqsGateway = running(
    await startGateway({
      service: 'sqs',
      engine: engines.sqs,
      port: ports.sqs,
      credentials,
      interceptors,
    }),
  );
  const dynamodbGateway = running(
    await startGateway({
      service: 'dynamodb',
      engine: engines.dynamodb,
      port: ports.dynamodb,
      credentials,
      interceptors,
    }),
  );
  const refusing = running(await startRefusingGateway());
  const schedules = new Schedules();
  const control = options.faults
    ? running(
        await startControlApi({
          faults,
          logs,
          schedules,
          traces,
          permissions: {
            grants: () => policies.grants(),
            usage: () => ({ used: usage.used(), denied: usage.denied() }),
            startSession: (actAs) => startSession(actAs, roles, credentials),
          },
        }),
      )
    : undefined;

  const administrator = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sqs = new SQSClient({ region, endpoint: engines.sqs.url, credentials: administrator });
  const dynamodb = new DynamoDBClient({
    region,
    endpoint: engines.dynamodb.url,
    credentials: administrator,
  });
  stops.push(async () => {
    sqs.destroy();
    dynamodb.destroy();
    return Promise.resolve();
  });

  const functions = new Map<string, FunctionHost>();
  const asyncInvoker = running(
    new AsyncInvoker({
      retryDelayMs: options.asyncRetryDelayMs,
      send: destinationSender({ region, credentials, endpoints: { sqs: sqsGateway.url } }),
      report: options.report,
    }),
  );
  const lambdaApi = running(await startLambdaApi({ functions, asyncInvoker }));
  const lambdaGateway = running(
    await startGateway({
      service: 'lambda',
      engine: lambdaApi,
      credentials,
      interceptors,
    }),
  );

  const secretsApi = running(await startSecretsApi(options.secrets));
  const secretsGateway = running(
    await startGateway({
      service: 'secretsmanager',
      engine: secretsApi,
      credentials,
      interceptors,
    }),
  );

  const starts: (() => void)[] = [];
  const context: StackContext = {
    region,
    endpoints: {
      sqs: sqsGateway.url,
      dynamodb: dynamodbGateway.url,
      lambda: lambdaGateway.url,
      secretsmanager: secretsGateway.url,
      other: refusing.url,
    },
    sqs,
    dynamodb,
    credentials,
    roles,
    resourcePolicies,
    resourceNames,
    access,
    traces,
    logs,
    functions,
    functionPermissions: new FunctionPermissions(access, region),
    asyncInvoker,
    restApis: new RestApis(),
    apiKeys: new ApiKeys(),
    engineStreamArns: new Map(),
    pipeChaosSeed: options.pipeChaosSeed,
    retryImmediately: options.retryImmediately ? { sqs, visibilityChanges } : undefined,
    schedulesOnDemand: options.schedulesOnDemand,
    schedules,
    objects: new ObjectStore(),
    responseHeadersPolicies: new Map(),
    publicUrls: new Map(),
    ports,
    onReady: (start) => starts.push(start),
    onStop: (stop) => stops.push(stop),
    onRemove: (service, remove) => {
      if (!engines[service].external) return;
      stops.push(async () => {
        await remove();
      });
    },
    report: options.report,
  };
  const outputs = await runProgram(options, context);
  policies.check();
  for (const start of starts) start();
  return {
    region,
    endpoints: {
      sqs: sqsGateway.url,
      dynamodb: dynamodbGateway.url,
      ...(control !== undefined && { control: control.url, lambda: lambdaGateway.url }),
    },
    outputs,
    pid: process.pid,
  };
}
