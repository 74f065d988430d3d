import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** How long a started server may take to accept connections: attempts, with a pause between them. */
const ATTEMPTS = 600;
const PAUSE_MS = 50;

/** Whether there is a `redis-server` to compare with. */
export function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** A Redis of this benchmark, on a socket of its own, without persistence. It understands commands that respond with a number. */
export class Redis implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'bench-redis-'));
  readonly #server;
  #socket: Socket | undefined;
  #responses: AsyncIterator<string> | undefined;

  private constructor() {
    const options = [
      '--port',
      '0',
      '--unixsocket',
      this.#path,
      '--save',
      '',
      '--dir',
      this.#folder,
    ];
    this.#server = spawn('redis-server', options, { stdio: 'ignore' });
  }

  static async start(): Promise<Redis> {
    const redis = new Redis();
    for (let attempt = 1; ; attempt += 1) {
      try {
        await redis.#connect();
        return redis;
      } catch (error) {
        if (attempt === ATTEMPTS) {
          await redis[Symbol.asyncDispose]();
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  /** Sends commands at once, and waits for all responses. @throws Error with what Redis says */
  async send(commands: readonly string[]): Promise<number[]> {
    this.#socket?.write(commands.map((command) => `${command}\r\n`).join(''));
    const numbers: number[] = [];
    while (numbers.length < commands.length) {
      const response = await this.#responses?.next();
      const line = response?.value;
      if (line === undefined || !line.startsWith(':')) {
        throw new Error(`Redis responded with ${line ?? 'nothing'} where a number was expected.`);
      }
      numbers.push(Number(line.slice(1)));
    }
    return numbers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket?.destroy();
    if (this.#server.exitCode === null) {
      const exited = once(this.#server, 'exit');
      this.#server.kill();
      await exited;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #path(): string {
    return join(this.#folder, 'redis.sock');
  }

  async #connect(): Promise<void> {
    const socket = connect(this.#path);
    await once(socket, 'connect');
    this.#socket = socket;
    this.#responses = createInterface({ input: socket })[Symbol.asyncIterator]();
  }
}
