import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { LocalStackError } from '../shared/errors.ts';
import type { GrantReference } from '../services/iam/grants.ts';
import type { PulumiProgram } from '../pulumi/run-program.ts';
import type { StackPorts } from '../ports.ts';
import { PROJECT } from './serve-options.ts';
import {
  defaultStackFiles,
  rejectStackFilesInUse,
  removeStackFile,
  writeStackFile,
} from './stack-file.ts';
import { startStack, type RunningStack } from '../stack.ts';
import { describeStack } from './summary.ts';

export interface ServeOptions {
  /** Default: `.local/stack.json`, or the next one that no running stack has. */
  readonly stackFile: string | undefined;
  readonly ports: StackPorts;
  readonly config: Readonly<Record<string, string>>;
  readonly program: string | undefined;
  readonly faults: boolean;
  readonly pipeChaosSeed: number | undefined;
  readonly schedulesOnDemand: boolean;
  readonly retryImmediately: boolean;
  readonly asyncRetrySeconds: number;
  readonly secrets: ReadonlyMap<string, string>;
  readonly removedGrants: readonly GrantReference[];
  readonly verbose: boolean;
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A running stack, and what a process that spawned it receives. */
export interface ServedStack extends RunningStack {
  readonly stackFile: string;
  /** Messages about ports and stack files that are in use and were replaced. */
  readonly notices: readonly string[];
}

/** The only stack whose environment suffix has a default. */
const STACK_NAME = 'dev';

/**
 * Runs the stack until it is stopped; its stack file exists as long as the stack can be used.
 *
 * @throws LocalStackError if it cannot start; it leaves nothing behind
 */
export async function serve(options: ServeOptions): Promise<ServedStack> {
  const stackFiles = (
    options.stackFile === undefined ? defaultStackFiles() : [options.stackFile]
  ).map((path) => resolve(path));
  await rejectStackFilesInUse(stackFiles);
  const notices: string[] = [];
  const stack = await startStack({
    program: async () => (await loadProgram(options.program))(),
    project: PROJECT,
    stackName: STACK_NAME,
    config: options.config,
    ports: options.ports,
    notify: (message) => notices.push(message),
    engines: { environment: options.environment, platform: options.platform },
    faults: options.faults,
    pipeChaosSeed: options.pipeChaosSeed,
    schedulesOnDemand: options.schedulesOnDemand,
    retryImmediately: options.retryImmediately,
    asyncRetryDelayMs: options.asyncRetrySeconds * 1_000,
    secrets: options.secrets,
    removedGrants: options.removedGrants,
    logSinks: options.verbose ? [(group, line) => console.error(`${group} | ${line}`)] : [],
    report: (message) => {
      console.error(message);
    },
  });
  const stackFile = await describeIn(stackFiles, stack);
  if (stackFile !== stackFiles[0]) {
    notices.push(
      `${String(stackFiles[0])} belongs to another running stack; this one uses ${stackFile}.`,
    );
  }
  console.log(describeStack(stack.description, stackFile, notices));
  return {
    description: stack.description,
    stackFile,
    notices,
    stop: async () => {
      // First, because whoever reads the file may call the stack.
      await removeStackFile(stackFile, stack.description.pid);
      await stack.stop();
    },
  };
}

async function describeIn(stackFiles: readonly string[], stack: RunningStack): Promise<string> {
  try {
    return await writeStackFile(stackFiles, stack.description);
  } catch (error) {
    await stack.stop();
    throw error;
  }
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
