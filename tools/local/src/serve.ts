import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { LocalStackError } from './errors.ts';
import type { GrantReference } from './iam/grants.ts';
import type { PulumiProgram } from './pulumi/run-program.ts';
import { PROJECT } from './serve-options.ts';
import { refuseSecondStack, removeStackFile, writeStackFile } from './stack-file.ts';
import { startStack, type RunningStack } from './stack.ts';
import { describeStack } from './summary.ts';

export interface ServeOptions {
  readonly stackFile: string;
  readonly sqsPort: number;
  readonly dynamodbPort: number;
  readonly config: Readonly<Record<string, string>>;
  readonly program: string | undefined;
  readonly faults: boolean;
  readonly pipeChaosSeed: number | undefined;
  readonly asyncRetrySeconds: number;
  readonly secrets: ReadonlyMap<string, string>;
  readonly removedGrants: readonly GrantReference[];
  readonly verbose: boolean;
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A stack named dev: the one whose environment suffix may be left out (U14). */
const STACK_NAME = 'dev';

/**
 * Runs the stack until it is stopped, with its stack file in place while it can be used.
 *
 * @throws LocalStackError when it cannot start; nothing is left behind then.
 */
export async function serve(options: ServeOptions): Promise<RunningStack> {
  const stackFile = resolve(options.stackFile);
  await refuseSecondStack(stackFile);
  const stack = await startStack({
    program: async () => (await loadProgram(options.program))(),
    project: PROJECT,
    stackName: STACK_NAME,
    config: options.config,
    ports: { sqs: options.sqsPort, dynamodb: options.dynamodbPort },
    engines: { environment: options.environment, platform: options.platform },
    faults: options.faults,
    pipeChaosSeed: options.pipeChaosSeed,
    asyncRetryDelayMs: options.asyncRetrySeconds * 1_000,
    secrets: options.secrets,
    removedGrants: options.removedGrants,
    logSinks: options.verbose ? [(group, line) => console.error(`${group} | ${line}`)] : [],
    report: (message) => {
      console.error(message);
    },
  });
  await writeStackFile(stackFile, stack.description);
  console.log(describeStack(stack.description, stackFile));
  return {
    description: stack.description,
    stop: async () => {
      // First of all: whoever sees the file may call the stack.
      await removeStackFile(stackFile);
      await stack.stop();
    },
  };
}

async function loadProgram(path: string | undefined): Promise<PulumiProgram> {
  const module = (await (path === undefined
    ? import('./leaderboard-program.ts')
    : import(pathToFileURL(resolve(path)).href))) as { deploy?: unknown };
  if (typeof module.deploy !== 'function') {
    throw new LocalStackError(
      'InvalidOption',
      `The program ${path ?? ''} must export a function deploy() that declares the resources and returns the outputs.`,
    );
  }
  return module.deploy as PulumiProgram;
}
