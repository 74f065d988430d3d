import type { LedgerItem } from './read-back.ts';
import { eventKey, type Journey } from './standings-watch.ts';

/** How long the updates took, in ms. */
export interface Latency {
  p50: number;
  p95: number;
  p99: number;
  max: number;
  /** How many updates were measured: all that reached the end of the stage. */
  updates: number;
}

/** The stages of an update, each from where the one before it ends, and two totals. */
export const STAGES = [
  'send_to_queue',
  'queue_to_ledger',
  'ledger_to_standing',
  'standing_to_read',
  'send_to_standing',
  'send_to_read',
] as const;

export type Stage = (typeof STAGES)[number];

/** Measures every update that was sent; a stage leaves out the updates that did not reach its end. */
export function measureStages(
  journeys: Iterable<Journey>,
  ledger: readonly LedgerItem[],
): Record<Stage, Latency> {
  const ledgerTimes = new Map(ledger.map((entry) => [eventKey(entry), entry.timestamp]));
  const durations: Record<Stage, number[]> = {
    send_to_queue: [],
    queue_to_ledger: [],
    ledger_to_standing: [],
    standing_to_read: [],
    send_to_standing: [],
    send_to_read: [],
  };
  const measure = (stage: Stage, from: number | undefined, to: number | undefined) => {
    // The processor can have an update before the response to the sender arrives.
    if (from !== undefined && to !== undefined) durations[stage].push(Math.max(0, to - from));
  };
  for (const { update, calledAtMs, acceptedAtMs, standingAtMs, readAtMs } of journeys) {
    const ledgerAtMs = ledgerTimes.get(eventKey(update));
    measure('send_to_queue', calledAtMs, acceptedAtMs);
    measure('queue_to_ledger', acceptedAtMs, ledgerAtMs);
    measure('ledger_to_standing', ledgerAtMs, standingAtMs);
    measure('standing_to_read', standingAtMs, readAtMs);
    measure('send_to_standing', calledAtMs, standingAtMs);
    measure('send_to_read', calledAtMs, readAtMs);
  }
  return Object.fromEntries(STAGES.map((stage) => [stage, latencyOf(durations[stage])])) as Record<
    Stage,
    Latency
  >;
}

function latencyOf(durations: readonly number[]): Latency {
  const sorted = durations.toSorted((one, other) => one - other);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1), updates: sorted.length };
}
