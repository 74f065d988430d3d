import type { DeadLetterErrorType, LeaderboardUpdate } from '@leaderboard/contracts';
import { measureStages, type Latency, type Stage } from './latency.ts';
import type { DeadLetter, LedgerItem } from './read-back.ts';
import type { StandingsCheck } from './standings-check.ts';
import { eventKey, type Journey } from './standings-watch.ts';

/** A call that the queue accepted. */
export interface AcceptedCall {
  update: LeaderboardUpdate;
  /** When the game made the call, in milliseconds since the epoch. */
  calledAtMs: number;
}

/** The outcome of everything that was sent, from reading the ledger and the dead-letter queue back. */
export interface Report {
  /** Calls that the queue accepted, repeats included. */
  sent: number;
  in_ledger: number;
  /** Accepted repeats of an update, which the ledger does not hold a second time. */
  duplicates_suppressed: number;
  /** Messages in the dead-letter queue, by reason. */
  rejected: Partial<Record<DeadLetterErrorType, number>>;
  /** Calls that the SDK rejected, and dead letters of messages that were not sent wrong on purpose. */
  rejected_by_mistake: number;
  /** Messages that were sent wrong on purpose and are not in the dead-letter queue. */
  not_rejected: number;
  /** Accepted updates that are neither in the ledger nor in the dead-letter queue. */
  lost: number;
  /** Ledger items beyond the first of their player and event. */
  duplicated: number;
  /** Ledger items that break their player's order: of calls, of versions 1, 2, 3, …, or of rising timestamps. */
  out_of_order: number;
  /** Updates in the ledger that were not seen in the standings, or that the read API did not show. */
  not_shown: number;
  standings: StandingsCheck;
  updates_per_second: number;
  /** Of all updates. */
  latency_ms: Record<Stage, Latency>;
  /** What the numbers are of. */
  measured: string;
}

/** Says what the numbers are of. */
export const MEASURED = "this machine's engines, not AWS";

/** What the game did. */
export interface Sent {
  /** Calls that the queue accepted, in the order of the calls. */
  calls: readonly AcceptedCall[];
  /** Calls that the SDK rejected. */
  rejectedCalls: number;
  /** What was sent wrong on purpose, and why the processor must reject it. */
  wrongOnPurpose: readonly DeadLetter[];
  /** Of every accepted update. */
  journeys: readonly Journey[];
}

/** Everything that is read back. */
export interface ReadBack {
  ledger: readonly LedgerItem[];
  deadLetters: readonly DeadLetter[];
  standings: StandingsCheck;
}

/** Compares what was sent with what was read back. */
export function reportOn(
  { calls, rejectedCalls, wrongOnPurpose, journeys }: Sent,
  { ledger, deadLetters, standings }: ReadBack,
): Report {
  const firstCalls = new Map<string, AcceptedCall & { order: number }>();
  calls.forEach((call, order) => {
    const key = eventKey(call.update);
    if (!firstCalls.has(key)) firstCalls.set(key, { ...call, order });
  });
  const entries = new Map(ledger.map((entry) => [eventKey(entry), entry]));
  const deadBodies = new Set(deadLetters.map((letter) => letter.body));
  const isDead = (update: LeaderboardUpdate) => deadBodies.has(JSON.stringify(update));

  const duplicated = ledger.length - entries.size;
  const lost = [...firstCalls].filter(
    ([key, { update }]) => !entries.has(key) && !isDead(update),
  ).length;
  const shown = new Set(
    journeys.filter(({ readAtMs }) => readAtMs !== undefined).map(({ update }) => eventKey(update)),
  );
  const expected = new Set(wrongOnPurpose.map(letterKey));
  const found = new Set(deadLetters.map(letterKey));

  return {
    sent: calls.length,
    in_ledger: ledger.length,
    duplicates_suppressed:
      calls.filter(({ update }) => !isDead(update)).length - firstCalls.size - duplicated,
    rejected: countByType(deadLetters),
    rejected_by_mistake:
      rejectedCalls + deadLetters.filter((letter) => !expected.has(letterKey(letter))).length,
    not_rejected: [...expected].filter((key) => !found.has(key)).length,
    lost,
    duplicated,
    out_of_order: countOutOfOrder(ledger, (entry) => firstCalls.get(eventKey(entry))?.order),
    not_shown: [...entries.keys()].filter((key) => firstCalls.has(key) && !shown.has(key)).length,
    standings,
    updates_per_second: throughput(calls, ledger),
    latency_ms: measureStages(journeys, ledger),
    measured: MEASURED,
  };
}

/** What the report finds wrong, in words; nothing when everything is accounted for. */
export function findings(report: Report): string[] {
  return [
    counted(report.lost, 'lost'),
    counted(report.duplicated, 'doubled'),
    counted(report.out_of_order, 'out of order'),
    counted(report.rejected_by_mistake, 'rejected by mistake'),
    counted(report.not_rejected, 'wrong and not rejected'),
    counted(report.not_shown, 'not shown by the read API'),
    counted(report.standings.wrong, 'standings that differ from the ledger'),
  ].flat();
}

function counted(count: number, what: string): string[] {
  return count === 0 ? [] : [`${String(count)} ${what}`];
}

/** Whether everything is accounted for. */
export function isClean(report: Report): boolean {
  return findings(report).length === 0;
}

function letterKey({ errorType, body }: DeadLetter): string {
  return `${errorType} ${body}`;
}

function countByType(deadLetters: readonly DeadLetter[]): Report['rejected'] {
  const counts: Report['rejected'] = {};
  for (const { errorType } of deadLetters) counts[errorType] = (counts[errorType] ?? 0) + 1;
  return counts;
}

function countOutOfOrder(
  ledger: readonly LedgerItem[],
  orderOf: (entry: LedgerItem) => number | undefined,
): number {
  const byPlayer = Map.groupBy(ledger, (entry) => entry.player_id);
  let broken = 0;
  for (const entries of byPlayer.values()) {
    entries.sort((one, other) => one.version - other.version);
    entries.forEach((entry, index) => {
      const previous = entries[index - 1];
      const order = orderOf(entry);
      const inOrder =
        entry.version === index + 1 &&
        order !== undefined &&
        (previous === undefined ||
          (previous.timestamp < entry.timestamp && (orderOf(previous) ?? Infinity) < order));
      if (!inOrder) broken++;
    });
  }
  return broken;
}

function throughput(calls: readonly AcceptedCall[], ledger: readonly LedgerItem[]): number {
  const first = calls.reduce((least, call) => Math.min(least, call.calledAtMs), Infinity);
  const last = ledger.reduce((most, entry) => Math.max(most, entry.timestamp), -Infinity);
  return last > first ? Math.round((ledger.length * 1000) / (last - first)) : 0;
}
