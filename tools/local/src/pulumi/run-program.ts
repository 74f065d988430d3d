import * as pulumi from '@pulumi/pulumi';

import { LocalStackError, messageOf } from '../shared/errors.ts';
import { ResourceInputs } from '../resources/resource-inputs.ts';
import type { StackContext } from '../resources/stack-context.ts';
import { answerCall, providerFor } from './provider-registry.ts';
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
 * Runs a Pulumi program once in this process, creating each resource on the local stack as it is registered.
 *
 * A resource that fails never answers, so nothing that depends on it is created, and the first failure is what the
 * caller gets. The Pulumi runtime is global: one program per process.
 *
 * @returns the stack outputs, resolved.
 * @throws LocalStackError the failure of a resource, or `ProgramFailed` for anything the program threw.
 */
export async function runProgram(
  options: ProgramOptions,
  stack: StackContext,
): Promise<Record<string, unknown>> {
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const failAndHang = (error: unknown): Promise<never> => {
    fail(error);
    return new Promise<never>(() => undefined);
  };
  // What a program throws inside apply() reaches nobody else.
  process.on('unhandledRejection', fail);

  pulumi.runtime.setAllConfig({ ...options.config });
  await pulumi.runtime.setMocks(
    {
      newResource: (resource) => createResource(resource, stack).catch(failAndHang),
      call: (call) =>
        Promise.resolve()
          .then(() => answerCall(call.token, stack.region))
          .catch(failAndHang),
    },
    options.project,
    options.stackName,
  );
  // Pulumi formats a stack trace for every promise that it makes; that was half the time of a start.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const outputs = await Promise.race([evaluate(options.program), failed]);
    process.off('unhandledRejection', fail);
    return withLoopbackUrls(outputs, stack.publicUrls) as Record<string, unknown>;
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
  // Resources that no output depends on are still on their way.
  await pulumi.runtime.disconnect();
  return values;
}

async function createResource(
  resource: pulumi.runtime.MockResourceArgs,
  stack: StackContext,
): Promise<pulumi.runtime.MockResourceResult> {
  const raw = withLoopbackUrls(resource.inputs, stack.publicUrls) as Record<string, unknown>;
  // Components group resources and exist in the program only.
  if (resource.custom === false) return { id: resource.name, state: raw };
  const inputs = new ResourceInputs(`Resource "${resource.name}" (${resource.type})`, raw);
  const provider = providerFor(resource.type, resource.name);
  const created = await provider({ type: resource.type, name: resource.name, inputs }, stack);
  return { id: created.id, state: { ...raw, ...created.outputs } };
}
