import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';

import type { ApiKeys } from '../services/apigateway/api-keys.ts';
import type { RestApis } from './apigateway/rest-api.ts';
import type { CredentialRegistry } from '../services/gateway/credentials.ts';
import type { AccessControl } from '../services/iam/access-control.ts';
import type { ResourcePolicies } from '../services/iam/resource-policies.ts';
import type { RoleRegistry } from '../services/iam/role-registry.ts';
import type { StackResourceNames } from '../services/iam/resource-names.ts';
import type { PolicyHeader } from '../services/cloudfront/response-headers.ts';
import type { AsyncInvoker } from '../services/lambda/async-invoker.ts';
import type { FunctionHost } from '../services/lambda/function-host.ts';
import type { FunctionPermissions } from '../services/lambda/function-permissions.ts';
import type { RetryImmediately } from '../services/lambda/sqs-poller.ts';
import type { TraceRecorder } from '../services/lambda/trace-recorder.ts';
import type { LogGroups } from '../services/logs/log-groups.ts';
import type { PortChoice, StackPorts } from '../ports.ts';
import type { ResourceRequest } from './resource-inputs.ts';
import type { ObjectStore } from '../services/s3/object-store.ts';
import type { Schedules } from '../services/scheduler/schedules.ts';

/** Loopback base URLs that callers use: the gateways, never the engines behind them. */
export interface ServiceEndpoints {
  readonly sqs: string;
  readonly dynamodb: string;
  readonly lambda: string;
  readonly secretsmanager: string;
  /** Answers every service that the stack does not run, so that no call leaves the machine. */
  readonly other: string;
}

/** What a resource provider may use while the Pulumi program runs. */
export interface StackContext {
  readonly region: string;
  readonly endpoints: ServiceEndpoints;
  /** Administrative clients, connected to the engines directly. */
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  readonly credentials: CredentialRegistry;
  readonly roles: RoleRegistry;
  readonly resourcePolicies: ResourcePolicies;
  readonly resourceNames: StackResourceNames;
  /** Decides what may be done, for whatever does not pass a gateway. */
  readonly access: AccessControl;
  readonly traces: TraceRecorder;
  readonly logs: LogGroups;
  /** By function name. */
  readonly functions: Map<string, FunctionHost>;
  readonly functionPermissions: FunctionPermissions;
  readonly asyncInvoker: AsyncInvoker;
  readonly restApis: RestApis;
  readonly apiKeys: ApiKeys;
  /** ARN of a stream in the program → the ARN by which the engine knows it. */
  readonly engineStreamArns: Map<string, string>;
  /** With a seed, pipes deliver twice and out of order. */
  readonly pipeChaosSeed: number | undefined;
  /** In tests that do not wait for the visibility timeout of what a function has failed to process. */
  readonly retryImmediately: RetryImmediately | undefined;
  /** Whether schedules fire only by the control API. */
  readonly schedulesOnDemand: boolean;
  readonly schedules: Schedules;
  readonly objects: ObjectStore;
  /** By their ids. */
  readonly responseHeadersPolicies: Map<string, readonly PolicyHeader[]>;
  /**
   * URLs that resources have in AWS → where they are on loopback, which has no certificates. In whatever the program
   * makes of them (inputs of other resources, outputs) they are replaced.
   */
  readonly publicUrls: Map<string, string>;
  /** Where resources that have an address listen; a second one of a kind takes the next port. */
  readonly ports: Readonly<Record<keyof StackPorts, PortChoice>>;
  /** Runs once every resource exists; pollers start here, so that a failing program processes nothing. */
  onReady(start: () => void): void;
  /** Runs when the stack stops, latest first. */
  onStop(stop: () => Promise<void>): void;
  /** Removes a resource from an engine that goes on without this stack; the embedded engines end with it. */
  onRemove(service: 'sqs' | 'dynamodb', remove: () => Promise<unknown>): void;
  report(message: string): void;
}

/** `outputs` are added to the inputs: together they are the resource's state, as the Pulumi program sees it. */
export interface CreatedResource {
  readonly id: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

export type ResourceProvider = (
  resource: ResourceRequest,
  stack: StackContext,
) => CreatedResource | Promise<CreatedResource>;
