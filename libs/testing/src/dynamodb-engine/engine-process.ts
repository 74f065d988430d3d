import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { DynamoDbEngineError } from './errors.ts';

/** A free port may be taken by someone else before the engine binds it. */
const START_ATTEMPTS = 3;
/** An engine that ends is noticed immediately; this only ends the wait for one that neither responds nor ends. */
const READY_TIMEOUT_MS = 120_000;
const POLL_INTERVAL_MS = 20;
const LAST_WORDS_LENGTH = 1_000;

/**
 * Replaces itself with the engine and leaves a watcher that kills the engine once the pipe on standard input closes. The
 * kernel closes it however the owner ends, SIGKILL included, so the engine never outlives its owner. The watcher does the
 * same when it is asked to end itself: Nx asks the children of a task before the task, and the engine on its own would
 * wait for its open connections first.
 */
const SHELL_OWNER = `
exec 3<&0 0</dev/null
{ trap 'kill -KILL $$' TERM; cat <&3; kill -KILL $$; } >/dev/null 2>&1 &
exec 3<&-
exec "$0" "$@"
`;

/** The same where there is no shell: Node starts the engine, and ends it when standard input closes. */
const NODE_OWNER = `
const [file, ...args] = process.argv.slice(1);
const engine = require('node:child_process').spawn(file, args, {
  stdio: ['ignore', 'ignore', 'inherit'],
  windowsHide: true,
});
engine.on('error', (error) => { console.error(error.message); process.exit(1); });
engine.on('exit', (code) => process.exit(code ?? 1));
process.stdin.on('close', () => engine.kill('SIGKILL')).resume();
process.on('SIGTERM', () => engine.kill('SIGKILL'));
`;

export interface EngineProcess {
  /** Loopback URL, without a slash at its end. */
  readonly endpoint: string;
  /** Kills the engine, whose tables are in memory, and resolves when it has ended. */
  stop(): Promise<void>;
}

/**
 * Starts an engine in memory, on a free port of 127.0.0.1, and waits until it responds. It ends with this process.
 *
 * @param owner what watches over the engine: a POSIX shell, or Node where there is none.
 * @throws DynamoDbEngineError `EngineFailed` with what the executable wrote last.
 */
export async function startEngineProcess(
  executable: string,
  owner: 'shell' | 'node' = process.platform === 'win32' ? 'node' : 'shell',
): Promise<EngineProcess> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    const engine = new RunningEngine(spawnEngine(executable, owner, port), port);
    if (await engine.becomesReady()) return engine;
    await engine.stop();
    if (attempt === START_ATTEMPTS) {
      throw new DynamoDbEngineError(
        'EngineFailed',
        `The DynamoDB engine ${executable} did not start in ${String(START_ATTEMPTS)} attempts: ${engine.lastWords || 'it printed nothing'}. ` +
          'Run it with "serve --port 8000" to see why.',
      );
    }
  }
}

function spawnEngine(executable: string, owner: 'shell' | 'node', port: number): ChildProcess {
  const [file, ownerArgs] =
    owner === 'shell' ? ['/bin/sh', ['-c', SHELL_OWNER]] : [process.execPath, ['-e', NODE_OWNER]];
  return spawn(
    file,
    [...ownerArgs, executable, 'serve', '--host', '127.0.0.1', '--port', String(port)],
    // Its own process group: Ctrl-C in a terminal must reach the engine after its clients, through stop().
    { stdio: ['pipe', 'ignore', 'pipe'], detached: true, windowsHide: true },
  );
}

class RunningEngine implements EngineProcess {
  readonly endpoint: string;
  #printed = '';
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;

  constructor(child: ChildProcess, port: number) {
    this.endpoint = `http://127.0.0.1:${String(port)}`;
    this.#child = child;
    // Not "exit": what the engine wrote last may arrive after it.
    this.#closed = once(child, 'close');
    // An engine that has ended reads no more: the error of the pipe says nothing that its exit does not.
    child.stdin?.on('error', () => undefined);
    child.stderr?.on('data', (chunk: Buffer) => {
      // The pipe may cut a message anywhere, a line end alone included.
      this.#printed = `${this.#printed}${chunk.toString()}`.slice(-LAST_WORDS_LENGTH);
    });
  }

  /** What the engine printed last, at most {@link LAST_WORDS_LENGTH} characters. */
  get lastWords(): string {
    return this.#printed.trim();
  }

  async becomesReady(): Promise<boolean> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (this.#running() && Date.now() < deadline) {
      try {
        await fetch(this.endpoint, { signal: AbortSignal.timeout(READY_TIMEOUT_MS) });
        return this.#running();
      } catch {
        await delay(POLL_INTERVAL_MS);
      }
    }
    return false;
  }

  async stop(): Promise<void> {
    this.#child.stdin?.destroy();
    await this.#closed;
  }

  #running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }
}

/** A loopback port that was free a moment ago. Whoever binds it must be ready to lose the race and ask again. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
