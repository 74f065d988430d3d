import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A process of a benchmark that responds to one request at a time. */
export class Child implements AsyncDisposable {
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  /**
   * Starts a script, which sends `ready` once it can take requests. What it prints on stdout is dropped, as the logs of a
   * function would be.
   *
   * @param file path of the script
   * @returns the child, and what it sent
   */
  static async start<T>(
    file: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ child: Child; ready: T }> {
    const child = fork(file, args, {
      env: { ...process.env, ...env },
      execArgv: ['--conditions=@leaderboard/source', '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ready = await message<T>(child, file);
    return { child: new Child(child), ready };
  }

  /** Sends a request and waits for the response. */
  async ask<T>(request: unknown): Promise<T> {
    const response = message<T>(this.#process, 'the process of the benchmark');
    this.#process.send(request as object);
    return response;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }
}

async function message<T>(child: ChildProcess, name: string): Promise<T> {
  const ended = new AbortController();
  const exit = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`${name} ended with the exit code ${code} before it responded`);
  });
  exit.catch(() => undefined);
  try {
    const [received] = (await Promise.race([once(child, 'message'), exit])) as [T];
    return received;
  } finally {
    ended.abort();
  }
}
