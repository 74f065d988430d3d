import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';

import { LocalStackError } from '../errors.ts';
import type { Engine } from './engine.ts';
import { findFreePort } from './free-port.ts';

const START_ATTEMPTS = 3;
const READY_TIMEOUT_MS = 10_000;

/**
 * Replaces itself with the engine and leaves a watcher that kills the engine once the pipe on file descriptor 3 closes.
 * The kernel closes it however the owner ends, SIGKILL included, so the engine never outlives the stack. The watcher
 * does the same when it is asked to end itself: Nx asks the children of a task before the task, and the engine on its
 * own would wait for its open connections first.
 */
const EXIT_WITH_OWNER = `
{ trap 'kill -KILL $$' TERM; cat <&3; kill -KILL $$; } >/dev/null 2>&1 &
exec 3<&-
exec "$0" "$@"
`;

/**
 * Where the Dynoxide binary is.
 *
 * @throws LocalStackError `EngineMissing` where the registry has no binary for the platform.
 */
export function locateDynoxide(platform: string): string {
  try {
    return createRequire(import.meta.url).resolve(`@dynoxide/${platform}/dynoxide`);
  } catch (cause) {
    throw new LocalStackError(
      'EngineMissing',
      `There is no embedded DynamoDB engine for ${platform} (npm package @dynoxide/${platform}). ` +
        'Run one yourself and name it in AWS_ENDPOINT_URL_DYNAMODB, for example:\n' +
        '  docker run -p 8000:8000 amazon/dynamodb-local\n' +
        '  AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 npx nx run local:serve\n' +
        'On linux-x64 the engine is installed by "npm install" (an optional dependency: do not use --omit=optional).',
      { cause },
    );
  }
}

/** DynamoDB in a child process, in memory, that ends with this process. */
export async function startDynoxide(platform: string): Promise<Engine> {
  const binary = locateDynoxide(platform);
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    const child = spawn(
      '/bin/sh',
      ['-c', EXIT_WITH_OWNER, binary, 'serve', '--port', String(port)],
      // A process group of its own: Ctrl-C in a terminal must reach the engine after the functions, through stop().
      { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], detached: true },
    );
    const engine = new DynoxideProcess(child, `http://127.0.0.1:${String(port)}`);
    if (await engine.becomesReady()) return engine;
    await engine.stop();
    if (attempt === START_ATTEMPTS) {
      throw new LocalStackError(
        'EngineFailed',
        `Dynoxide (${binary}) did not start in ${String(START_ATTEMPTS)} attempts: ${engine.lastWords || 'it said nothing'}. ` +
          'Run it by hand with "serve --port 8000" to see why, or name another engine in AWS_ENDPOINT_URL_DYNAMODB.',
      );
    }
  }
}

class DynoxideProcess implements Engine {
  readonly url: string;
  readonly external = false;
  lastWords = '';
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    this.#exited = once(child, 'exit');
    child.once('exit', () => child.stdio[3]?.destroy());
    child.stderr?.on('data', (chunk: Buffer) => {
      this.lastWords = chunk.toString().trim();
    });
  }

  async becomesReady(): Promise<boolean> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (this.#running() && Date.now() < deadline) {
      try {
        await fetch(this.url, { signal: AbortSignal.timeout(1_000) });
        return this.#running();
      } catch {
        await delay(20);
      }
    }
    return false;
  }

  async stop(): Promise<void> {
    if (!this.#running()) return;
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }
}
