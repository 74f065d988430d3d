import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { LocalStackError } from './shared/errors.ts';
import type { StackDescription } from './stack.ts';

/**
 * Stack configuration for a stack that shares one small machine with its users. Two instances of a function keep the
 * machine busy; with more, requests exceed their timeouts, and messages wait for their visibility timeout.
 */
export const ONE_MACHINE: Readonly<Record<string, string>> = {
  processorMaximumConcurrency: '2',
  projectorMaximumConcurrency: '2',
  // On a busy machine a read takes long; it must not end in a 502.
  apiTimeoutSeconds: '60',
};

export interface SpawnStackOptions {
  /** Where the stack describes itself; default: a temporary file. */
  readonly stackFile?: string;
  /** Uses the default ports and stack file of `serve`; default: free ports and a temporary file. */
  readonly atDefaultPlaces?: boolean;
  /** Stack configuration, for example `{ snapshotSize: '10' }`. */
  readonly config?: Readonly<Record<string, string>>;
  readonly environmentSuffix?: string;
  /** Opens the control API (`stack.endpoints.control`), through which tests inject faults and read logs. */
  readonly faults?: boolean;
  /** A module that exports `deploy()`; default: the infrastructure program. */
  readonly program?: string;
  /** Fires schedules only through the control API. */
  readonly schedulesOnDemand?: boolean;
  /** Ends the visibility timeout of messages that a function failed to process. */
  readonly retryImmediately?: boolean;
  /** Permissions of the program to leave out, each `<role>:<statement id>:<action>`. */
  readonly removedGrants?: readonly string[];
  /** Further command line arguments of `serve`. */
  readonly args?: readonly string[];
  /** Environment of the stack; default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Receives what the stack prints, including the errors of functions. */
  readonly onOutput?: (output: string) => void;
}

export interface SpawnedStack {
  readonly stack: StackDescription;
  readonly stackFile: string;
  /** Messages about ports and stack files that are in use and were replaced. */
  readonly notices: readonly string[];
  readonly pid: number;
  /** Stops the stack and waits until its process has ended. */
  stop(): Promise<void>;
}

/** The message of the stack's process once the stack can be used. */
export interface ReadyMessage {
  readonly description: StackDescription;
  readonly stackFile: string;
  readonly notices: readonly string[];
}

/** How long a stack may take to stop before it is killed, in ms; long enough for a busy machine. */
const STOP_TIMEOUT_MS = 120_000;

/**
 * Starts a local stack in its own process and waits until it can be used. It ends with this process.
 *
 * @throws LocalStackError `StackFailed` with what the stack wrote to stderr
 * @example
 * const { stack, stop } = await spawnStack({ config: { snapshotSize: '10' } });
 * const sqs = new SQSClient({ endpoint: stack.endpoints.sqs, region: stack.region });
 */
export async function spawnStack(options: SpawnStackOptions = {}): Promise<SpawnedStack> {
  const temporaryFolder =
    options.stackFile === undefined && options.atDefaultPlaces !== true
      ? await mkdtemp(join(tmpdir(), 'leaderboard-stack-'))
      : undefined;
  const stackFile =
    temporaryFolder === undefined ? options.stackFile : join(temporaryFolder, 'stack.json');
  const child = fork(
    fileURLToPath(new URL('./main.ts', import.meta.url)),
    serveArguments(options, stackFile),
    // Not the flags of this process: those of a test runner would change how the stack runs.
    { env: withoutNodeOptions(options.env ?? process.env), execArgv: [], silent: true },
  );
  const exited = once(child, 'exit');
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => options.onOutput?.(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    options.onOutput?.(chunk.toString());
  });

  const stop = async () => {
    await stopProcess(child, exited);
    if (temporaryFolder !== undefined) await rm(temporaryFolder, { recursive: true, force: true });
  };
  const ready = await Promise.race([
    once(child, 'message').then(([message]) => message as ReadyMessage),
    once(child, 'close').then(() => undefined),
  ]);
  if (ready === undefined) {
    await stop();
    throw new LocalStackError('StackFailed', `The local stack did not start.\n${stderr.trim()}`);
  }
  // A running stack may write much; stderr is collected only to explain a failed start.
  child.stderr?.removeAllListeners('data');
  child.stderr?.on('data', (chunk: Buffer) => options.onOutput?.(chunk.toString()));
  const { description, ...rest } = ready;
  return { stack: description, ...rest, pid: child.pid ?? 0, stop };
}

function serveArguments(options: SpawnStackOptions, stackFile: string | undefined): string[] {
  const config = Object.entries(options.config ?? {});
  return [
    'serve',
    ...(stackFile === undefined ? [] : ['--stack-file', stackFile]),
    ...(options.atDefaultPlaces === true ? [] : ['--free-ports']),
    ...config.flatMap(([key, value]) => ['--config', `${key}=${value}`]),
    ...(options.environmentSuffix === undefined
      ? []
      : ['--environment-suffix', options.environmentSuffix]),
    ...(options.program === undefined ? [] : ['--program', options.program]),
    ...(options.faults === true ? ['--faults'] : []),
    ...(options.schedulesOnDemand === true ? ['--schedules-on-demand'] : []),
    ...(options.retryImmediately === true ? ['--retry-immediately'] : []),
    ...(options.removedGrants ?? []).flatMap((grant) => ['--remove-grant', grant]),
    ...(options.args ?? []),
  ];
}

function withoutNodeOptions(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const rest = { ...environment };
  delete rest['NODE_OPTIONS'];
  return rest;
}

async function stopProcess(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  // The stack stops when the channel closes. On Windows a signal would end the process immediately.
  if (child.connected) child.disconnect();
  else child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
