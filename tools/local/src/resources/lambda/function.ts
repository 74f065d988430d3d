import { resolve } from 'node:path';

import { arn } from '../../shared/arn.ts';
import { LocalStackError } from '../../shared/errors.ts';
import type { ResourceRequest } from '../resource-inputs.ts';
import type { ResourceProvider } from '../stack-context.ts';
import { FunctionHost } from '../../services/lambda/function-host.ts';

const createFunction: ResourceProvider = async (resource, stack) => {
  const { inputs } = resource;
  const name = inputs.optionalText('name') ?? resource.name;
  inputs.refuse('imageUri', 'it runs zip packages only.');
  inputs.refuse('layers', 'bundle the code instead.');
  const runtime = inputs.text('runtime');
  if (!runtime.startsWith('nodejs')) {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Function "${name}": the local stack runs Node.js functions, not runtime "${runtime}".`,
    );
  }
  const logging = inputs.child('loggingConfig');
  const logFormat = logging?.optionalText('logFormat') === 'JSON' ? 'JSON' : 'Text';
  const functionArn = arn('lambda', stack.region, `function:${name}`);
  const host = new FunctionHost(
    {
      name,
      arn: functionArn,
      roleArn: inputs.text('role'),
      region: stack.region,
      taskRoot: await taskRootOf(resource),
      handler: inputs.text('handler'),
      runtime,
      memoryMb: inputs.optionalNumber('memorySize') ?? 128,
      timeoutSeconds: inputs.optionalNumber('timeout') ?? 3,
      reservedConcurrency: reservedConcurrency(
        inputs.optionalNumber('reservedConcurrentExecutions'),
      ),
      activeTracing: inputs.child('tracingConfig')?.optionalText('mode') === 'Active',
      logGroup: logging?.optionalText('logGroup') ?? `/aws/lambda/${name}`,
      logFormat,
      applicationLogLevel:
        logFormat === 'JSON' ? (logging?.optionalText('applicationLogLevel') ?? 'INFO') : undefined,
      variables: inputs.child('environment')?.textRecord('variables') ?? {},
    },
    stack,
  );
  stack.functions.set(name, host);
  stack.onStop(() => host.stop());
  const invokeArn = `arn:aws:apigateway:${stack.region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
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
};

/** Pulumi writes "no reservation" as -1. */
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

export const lambdaFunctionResources: Readonly<Record<string, ResourceProvider>> = {
  'aws:lambda/function:Function': createFunction,
};
