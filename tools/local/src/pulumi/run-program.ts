import * as pulumi from '@pulumi/pulumi';

import type { ResourceProviders } from '../resources/provider.ts';
import { ResourceInputs } from '../resources/resource-inputs.ts';
import { LocalStackError, messageOf } from '../shared/errors.ts';
import { callProviderFunction } from './provider-functions.ts';
import { withLoopbackUrls } from './public-urls.ts';

/** Declares every resource and returns the stack outputs, by name. Loaded and called once the runtime is set up. */
export type PulumiProgram = () =>
  Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;

export interface ProgramOptions {
  readonly program: PulumiProgram;
  readonly project: string;
  readonly stackName: string;
  /** Stack configuration: the keys of a `Pulumi.<stack>.yaml`, for example `leaderboard:batchSize`. */
  readonly config: Readonly<Record<string, string>>;
}

/**
 * Runs a Pulumi program once in this process and creates each resource on the local stack as it is registered.
 *
 * The registration of a resource that fails never resolves, so nothing that depends on it is created; the first failure
 * is thrown. The Pulumi runtime is global: one program per process.
 *
 * @returns the stack outputs, resolved
 * @throws LocalStackError the failure of a resource, or `ProgramFailed` for anything the program threw
 */
export async function runProgram(
  options: ProgramOptions,
  providers: ResourceProviders,
  region: string,
): Promise<Record<string, unknown>> {
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const failAndHang = (error: unknown): Promise<never> => {
    fail(error);
    return new Promise<never>(() => undefined);
  };
  // Nothing else catches what a program throws inside apply().
  process.on('unhandledRejection', fail);

  const loopbackUrls = new Map<string, string>();
  pulumi.runtime.setAllConfig({ ...options.config });
  await pulumi.runtime.setMocks(
    {
      newResource: (resource) =>
        createResource(resource, providers, loopbackUrls).catch(failAndHang),
      call: (call) =>
        Promise.resolve()
          .then(() => callProviderFunction(call.token, region))
          .catch(failAndHang),
    },
    options.project,
    options.stackName,
  );
  // Pulumi formats a stack trace for every promise that it creates, which took half the time of a start.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const outputs = await Promise.race([evaluate(options.program), failed]);
    process.off('unhandledRejection', fail);
    return withLoopbackUrls(outputs, loopbackUrls) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof LocalStackError) throw error;
    throw new LocalStackError('ProgramFailed', `The Pulumi program failed: ${messageOf(error)}`, {
      cause: error,
    });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function evaluate(program: PulumiProgram): Promise<Record<string, unknown>> {
  const outputs = await program();
  const values = await new Promise<Record<string, unknown>>((resolve) => {
    pulumi.output(outputs).apply((resolved) => {
      resolve(resolved as Record<string, unknown>);
    });
  });
  // Waits for the resources that no output depends on.
  await pulumi.runtime.disconnect();
  return values;
}

async function createResource(
  resource: pulumi.runtime.MockResourceArgs,
  providers: ResourceProviders,
  loopbackUrls: Map<string, string>,
): Promise<pulumi.runtime.MockResourceResult> {
  const { type, name } = resource;
  const raw = withLoopbackUrls(resource.inputs, loopbackUrls) as Record<string, unknown>;
  // Components group resources and exist in the program only.
  if (resource.custom === false) return { id: name, state: raw };
  const provider = providers[type];
  if (provider === undefined) throw unknownType(type, name);
  const inputs = new ResourceInputs(`Resource "${name}" (${type})`, raw);
  const created = await provider({ type, name, inputs });
  for (const [url, loopbackUrl] of Object.entries(created.loopbackUrls ?? {})) {
    loopbackUrls.set(url, loopbackUrl);
  }
  return { id: created.id, state: { ...raw, ...created.outputs } };
}

function unknownType(type: string, name: string): LocalStackError {
  return new LocalStackError(
    'UnknownResourceType',
    `The local stack cannot create resource "${name}" of type ${type}. ` +
      'Add a provider for the type to the folder of its service in tools/local/src/resources ' +
      '(new services are listed in resource-providers.ts), or add the type to record-only.ts if no function can tell whether the resource exists.',
  );
}
