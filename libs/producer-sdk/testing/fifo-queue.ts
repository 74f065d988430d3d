import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A FIFO queue in a child process, on a free port. */
export interface FifoQueue {
  endpoint: string;
  queueUrl: string;
  /** The bodies of the messages in the queue, in order, without receiving them. */
  bodies(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Starts the queue of fifo-queue.mjs; resolves once it listens. */
export async function startFifoQueue(): Promise<FifoQueue> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'fifo-queue.mjs')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<unknown> => {
    const { done, value } = await lines.next();
    if (done === true) throw new Error('The queue process exited early');
    return JSON.parse(value);
  };
  const { endpoint, queueUrl } = (await nextLine()) as { endpoint: string; queueUrl: string };
  return {
    endpoint,
    queueUrl,
    bodies: () => {
      child.stdin.write('bodies\n');
      return nextLine() as Promise<string[]>;
    },
    stop: () => {
      child.stdin.end();
      return exited;
    },
  };
}
