import type { ResourcePolicies } from '../../services/iam/resource-policies.ts';
import type { AsyncInvoker } from '../../services/lambda/async-invoker.ts';
import type { ResourceProviders } from '../provider.ts';
import { createEventInvokeConfig } from './event-invoke-config.ts';
import {
  createEventSourceMapping,
  type EventSourceMappingOptions,
} from './event-source-mapping.ts';
import { createFunctionUrl, type FunctionUrlOptions } from './function-url.ts';
import { createFunction, type FunctionOptions } from './function.ts';
import { createPermission } from './permission.ts';

export type LambdaProviderOptions = FunctionOptions &
  FunctionUrlOptions &
  EventSourceMappingOptions & {
    readonly asyncInvoker: AsyncInvoker;
    readonly resourcePolicies: ResourcePolicies;
  };

/** Every resource type of Lambda. */
export function lambdaProviders(options: LambdaProviderOptions): ResourceProviders {
  return {
    'aws:lambda/function:Function': (resource) => createFunction(resource, options),
    'aws:lambda/functionUrl:FunctionUrl': (resource) => createFunctionUrl(resource, options),
    'aws:lambda/eventSourceMapping:EventSourceMapping': (resource) =>
      createEventSourceMapping(resource, options),
    'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig': (resource) =>
      createEventInvokeConfig(resource, options.asyncInvoker),
    'aws:lambda/permission:Permission': (resource) =>
      createPermission(resource, options.region, options.resourcePolicies),
  };
}
