import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { LocalStackError } from './shared/errors.ts';
import type { StackDescription } from './stack.ts';

export interface SpawnStackOptions {
  /** Where the stack describes itself; without it, a temporary file. */
  readonly stackFile?: string;
  /** As for a developer who serves it: the default ports and stack file. Without it, free ports. */
  readonly atDefaultPlaces?: boolean;
  /** Stack configuration, for example `{ snapshotSize: '10' }`. */
  readonly config?: Readonly<Record<string, string>>;
  readonly environmentSuffix?: string;
  /** Opens the control API (`stack.endpoints.control`), by which tests inject faults and read logs. */
  readonly faults?: boolean;
  /** A module that exports `deploy()`, instead of the infrastructure program. */
  readonly program?: string;
  /** Fires schedules only by the control API. */
  readonly schedulesOnDemand?: boolean;
  /** Does not let messages wait for their visibility timeout that a function has failed to process. */
  readonly retryImmediately?: boolean;
  /** Permissions of the program to leave out, each as `<role>:<statement id>:<action>`. */
  readonly removedGrants?: readonly string[];
  /** Further command line arguments of `serve`. */
  readonly args?: readonly string[];
  /** Replaces the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Takes what the stack prints while it runs, errors of functions among it. */
  readonly onOutput?: (text: string) => void;
}

export interface SpawnedStack {
  readonly stack: StackDescription;
  readonly stackFile: string;
  /** What is not where it was asked for: ports and files that another stack has. */
  readonly notices: readonly string[];
  readonly pid: number;
  /** Stops the stack and waits until its process has ended. */
  stop(): Promise<void>;
}

/** What the process of a stack says once the stack can be used. */
export interface ReadyMessage {
  readonly description: StackDescription;
  readonly stackFile: string;
  readonly notices: readonly string[];
}

/** How long a stack may take to stop before it is killed: one that hangs, and not one on a busy machine. */
const STOP_TIMEOUT_MS = 120_000;

/**
 * Starts a local stack in a process of its own and waits until it can be used. It ends with this process.
 *
 * @throws LocalStackError `StackFailed` with what the stack wrote on stderr.
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
    // Not this process's own flags: a test runner's would change how the stack runs.
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
  // From here on the stack may write much; only a failed start is explained by stderr.
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
  // The stack stops when the channel closes. A signal would not do on Windows, where it ends a process at once.
  if (child.connected) child.disconnect();
  else child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}
