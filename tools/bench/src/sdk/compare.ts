import path from 'node:path';
import type { Progress } from '../bench-command.ts';
import { Child } from '../child.ts';
import { atLeast, atMost, median, type Report } from '../report.ts';
import { SENDERS } from './senders.ts';
import type { Received } from './stub-sqs.ts';

export interface SdkBench {
  /** Updates of each round of the producer and of the hand-written batches. */
  readonly updates: number;
  readonly rounds: number;
}

type Name = keyof typeof SENDERS;

interface Measured extends Received {
  readonly rate: number;
  readonly cpuMicroseconds: number;
  readonly heapMegabytes: number;
}

const NAMES = ['sdk', 'batches', 'single'] as const satisfies Name[];
/** One request for each update takes so much longer that fewer do. */
const SHARE_OF_SINGLE = 0.2;

/** The producer beside calls of the AWS SDK, against one stub of SQS, in alternating rounds. */
export async function compareSenders(
  { updates, rounds }: SdkBench,
  progress?: Progress,
): Promise<Report> {
  const stub = await Child.start<{ port: number }>(path.join(import.meta.dirname, 'stub-sqs.ts'));
  await using sqs = stub.child;
  const queueUrl = `http://127.0.0.1:${stub.ready.port}/123456789012/updates.fifo`;

  const measure = async (name: Name): Promise<Measured> => {
    const count = name === 'single' ? Math.ceil(updates * SHARE_OF_SINGLE) : updates;
    const start = performance.now();
    const cpu = process.cpuUsage();
    await SENDERS[name](queueUrl, count);
    const { user, system } = process.cpuUsage(cpu);
    const seconds = (performance.now() - start) / 1_000;
    const received = await sqs.ask<Received>('received');
    if (received.messages !== count) {
      throw new Error(`${name} sent ${count} updates, and ${received.messages} arrived.`);
    }
    return {
      ...received,
      rate: count / seconds,
      cpuMicroseconds: (user + system) / count,
      heapMegabytes: heapMegabytes(),
    };
  };

  const measured: Record<Name, Measured[]> = { sdk: [], batches: [], single: [] };
  // The first round warms up.
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of NAMES) {
      const result = await measure(name);
      if (round > 0) measured[name].push(result);
    }
    progress?.(round + 1, rounds + 1);
  }
  const of = (name: Name, key: keyof Measured) => measured[name].map((each) => each[key]);
  const ratio = (other: Name) =>
    median(of('sdk', 'rate').map((rate, round) => rate / (of(other, 'rate')[round] ?? NaN)));
  const perThousand = (name: Name) =>
    median(measured[name].map(({ requests, messages }) => (requests / messages) * 1_000));
  const heap = of('sdk', 'heapMegabytes');
  return {
    title: `${updates} updates of 5,000 players, each with metadata`,
    columns: ['sender', 'updates/s', 'µs CPU/update', 'requests/1,000', 'heap after, MB'],
    rows: NAMES.map((name) => [
      name,
      Math.round(median(of(name, 'rate'))),
      median(of(name, 'cpuMicroseconds')),
      perThousand(name),
      median(of(name, 'heapMegabytes')),
    ]),
    goals: [
      atLeast('updates/s, beside one SendMessage each', 6, 'times', ratio('single')),
      atLeast('updates/s, beside hand-written batches', 1, 'times', ratio('batches')),
      atMost('requests for 1,000 updates', 105, '', perThousand('sdk')),
      atMost('growth of the heap over all rounds', 5, 'MB', (heap.at(-1) ?? 0) - (heap[0] ?? 0)),
    ],
  };
}

/** What is still held, after a collection. */
function heapMegabytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}
