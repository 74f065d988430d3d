import { resolve } from 'node:path';

import { FunctionHost, type FunctionPlatform } from '../../services/lambda/function-host.ts';
import { arn } from '../../shared/arn.ts';
import { LocalStackError } from '../../shared/errors.ts';
import type { Lifecycle } from '../../shared/lifecycle.ts';
import { nameOf, type CreatedResource, type ResourceRequest } from '../provider.ts';

export interface FunctionOptions {
  readonly region: string;
  readonly platform: FunctionPlatform;
  /** By name. */
  readonly functions: Map<string, FunctionHost>;
  readonly lifecycle: Lifecycle;
}

export async function createFunction(
  resource: ResourceRequest,
  { region, platform, functions, lifecycle }: FunctionOptions,
): Promise<CreatedResource> {
  const { inputs } = resource;
  const name = nameOf(resource);
  inputs.unsupported('imageUri', 'it runs zip packages only.');
  inputs.unsupported('layers', 'bundle the code instead.');
  const runtime = inputs.string('runtime');
  if (!runtime.startsWith('nodejs')) {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Function "${name}": the local stack runs Node.js functions, not runtime "${runtime}".`,
    );
  }
  const logging = inputs.child('loggingConfig');
  const logFormat = logging?.optionalString('logFormat') === 'JSON' ? 'JSON' : 'Text';
  const functionArn = arn('lambda', region, `function:${name}`);
  const host = new FunctionHost(
    {
      name,
      arn: functionArn,
      roleArn: inputs.string('role'),
      region,
      taskRoot: await taskRootOf(resource),
      handler: inputs.string('handler'),
      runtime,
      memoryMb: inputs.optionalNumber('memorySize') ?? 128,
      timeoutSeconds: inputs.optionalNumber('timeout') ?? 3,
      reservedConcurrency: reservedConcurrency(
        inputs.optionalNumber('reservedConcurrentExecutions'),
      ),
      activeTracing: inputs.child('tracingConfig')?.optionalString('mode') === 'Active',
      logGroup: logging?.optionalString('logGroup') ?? `/aws/lambda/${name}`,
      logFormat,
      systemLogLevel:
        logFormat === 'JSON' ? (logging?.optionalString('systemLogLevel') ?? 'INFO') : undefined,
      applicationLogLevel:
        logFormat === 'JSON'
          ? (logging?.optionalString('applicationLogLevel') ?? 'INFO')
          : undefined,
      variables: inputs.child('environment')?.stringRecord('variables') ?? {},
    },
    platform,
  );
  functions.set(name, lifecycle.stopping(host));
  const invokeArn = `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
  return {
    id: name,
    outputs: {
      name,
      arn: functionArn,
      invokeArn,
      qualifiedArn: `${functionArn}:$LATEST`,
      version: '$LATEST',
    },
  };
}

/** In Pulumi -1 means "no reservation". */
function reservedConcurrency(input: number | undefined): number | undefined {
  return input === undefined || input < 0 ? undefined : input;
}

async function taskRootOf({ name, inputs }: ResourceRequest): Promise<string> {
  const code = inputs.raw['code'];
  const path = await (code as { path?: Promise<unknown> } | undefined)?.path;
  if (typeof path !== 'string') {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Function "${name}": "code" must be a pulumi.asset.FileArchive of a folder, so that the local stack can run it.`,
    );
  }
  return resolve(path);
}
