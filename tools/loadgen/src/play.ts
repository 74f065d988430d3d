import { setTimeout as sleep } from 'node:timers/promises';
import type { LeaderboardUpdate } from '@leaderboard/contracts';
import type { Producer } from '@leaderboard/producer-sdk';
import type { TrafficStep } from './traffic.ts';

/** An update that the SDK accepted, and when. */
export interface SentUpdate {
  /** The number of the call, from 0: the order in which the game made its calls. */
  call: number;
  update: LeaderboardUpdate;
  repeat: boolean;
  /** When the call was made, in milliseconds since the epoch. */
  calledAtMs: number;
}

/** The outcome of the traffic. */
export interface PlayResult {
  /** In the order of the calls. */
  sent: SentUpdate[];
  rejected: { update: LeaderboardUpdate; error: unknown }[];
  elapsedMs: number;
}

export interface PlayOptions {
  producer: Pick<Producer, 'sendLeaderboardUpdate'>;
  /** Calls per second; as many as the producer takes where it is left out. */
  rate?: number;
  /** Calls under way at a time: the next call is made once one of them has settled. Default: 1,000. */
  concurrency?: number;
  signal?: AbortSignal;
  /** Called after each settled call with the number of calls settled so far. */
  onSettled?: (settled: number) => void;
  now?: () => number;
}

/** Enough to fill the producer's batches, few enough to keep memory flat. */
const DEFAULT_CONCURRENCY = 1000;

/** Sends traffic through the producer SDK, as game servers would, and waits until every call has settled. */
export async function play(
  steps: Iterable<TrafficStep>,
  options: PlayOptions,
): Promise<PlayResult> {
  const { producer, rate, signal, onSettled, now = Date.now } = options;
  const { concurrency = DEFAULT_CONCURRENCY } = options;
  const startedAtMs = now();
  const result: PlayResult = { sent: [], rejected: [], elapsedMs: 0 };
  let calls = 0;
  let settled = 0;
  let wake: () => void = () => undefined;
  const nextSettled = () => new Promise<void>((resolve) => (wake = resolve));

  for (const { update, repeat } of steps) {
    if (signal?.aborted) break;
    const earlyMs = rate === undefined ? 0 : startedAtMs + (calls * 1000) / rate - now();
    if (earlyMs > 0) await sleep(earlyMs);
    while (calls - settled >= concurrency) await nextSettled();
    if (signal?.aborted) break;
    const call = calls++;
    const calledAtMs = now();
    void producer
      .sendLeaderboardUpdate(update)
      .then(
        () => void result.sent.push({ call, update, repeat, calledAtMs }),
        (error: unknown) => void result.rejected.push({ update, error }),
      )
      .finally(() => {
        settled++;
        onSettled?.(settled);
        wake();
      });
  }
  while (settled < calls) await nextSettled();
  result.sent.sort((one, other) => one.call - other.call);
  return { ...result, elapsedMs: now() - startedAtMs };
}
