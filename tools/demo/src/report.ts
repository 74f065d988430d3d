import type { DeadLetterErrorType, LeaderboardUpdate } from '@leaderboard/contracts';
import type { StandingsCheck } from './standings-check.ts';

/** A call that the queue accepted. */
export interface AcceptedCall {
  update: LeaderboardUpdate;
  /** When the game made the call, in milliseconds since the epoch. */
  calledAtMs: number;
}

/** What the report needs of a ledger item. */
export interface LedgerEntry {
  player_id: string;
  event_id: string;
  game_id: string;
  score: number;
  update_type: string;
  occurred_at: string;
  version: number;
  timestamp: number;
}

/** When a player's standings were last brought up to date, and to which version. */
export interface AppliedEntry {
  player_id: string;
  version: number;
  /** Milliseconds since the epoch. */
  applied_at: number;
}

/** What the report needs of a message in the dead-letter queue. */
export interface DeadLetter {
  errorType: DeadLetterErrorType;
  body: string;
}

/** What became of everything that was sent, found by reading the ledger and the dead-letter queue back. */
export interface Report {
  /** Calls that the queue accepted, repeats included. */
  sent: number;
  in_ledger: number;
  /** Accepted repeats of an update, which the ledger does not hold a second time. */
  duplicates_suppressed: number;
  /** Messages in the dead-letter queue, by reason. */
  rejected: Partial<Record<DeadLetterErrorType, number>>;
  /** Accepted updates that are neither in the ledger nor in the dead-letter queue. */
  lost: number;
  /** Ledger items beyond the first of their player and event. */
  duplicated: number;
  /** Ledger items that break their player's order: of calls, of versions 1, 2, 3, … or of rising timestamps. */
  out_of_order: number;
  standings: StandingsCheck;
  updates_per_second: number;
  /** From the call to the ledger item's timestamp, in milliseconds. */
  send_to_ledger_ms: Percentiles;
  /** From the call of each player's newest update until it is in all of the player's standings, in milliseconds. */
  send_to_standing_ms: Percentiles;
}

export interface Percentiles {
  p50: number;
  p99: number;
}

/** Everything that is read back. */
export interface ReadBack {
  ledger: readonly LedgerEntry[];
  deadLetters: readonly DeadLetter[];
  applied: readonly AppliedEntry[];
  standings: StandingsCheck;
}

/** Holds what was sent (in the order of the calls) against what was read back. */
export function reportOn(
  calls: readonly AcceptedCall[],
  { ledger, deadLetters, applied, standings }: ReadBack,
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
  const toLedger = [...entries].flatMap(([key, entry]) =>
    since(firstCalls.get(key)?.calledAtMs, entry.timestamp),
  );
  const newest = new Map(ledger.map((entry) => [versionKey(entry), entry]));
  const toStanding = applied.flatMap((entry) => {
    const update = newest.get(versionKey(entry));
    const call = update === undefined ? undefined : firstCalls.get(eventKey(update));
    return since(call?.calledAtMs, entry.applied_at);
  });

  return {
    sent: calls.length,
    in_ledger: ledger.length,
    duplicates_suppressed:
      calls.filter(({ update }) => !isDead(update)).length - firstCalls.size - duplicated,
    rejected: countByType(deadLetters),
    lost,
    duplicated,
    out_of_order: countOutOfOrder(ledger, (entry) => firstCalls.get(eventKey(entry))?.order),
    standings,
    updates_per_second: throughput(calls, ledger),
    send_to_ledger_ms: percentiles(toLedger),
    send_to_standing_ms: percentiles(toStanding),
  };
}

/** Whether everything is accounted for: nothing lost, doubled or out of order, and every standing as the ledger gives it. */
export function isClean({ lost, duplicated, out_of_order, standings }: Report): boolean {
  return lost + duplicated + out_of_order + standings.wrong === 0;
}

function eventKey({ player_id, event_id }: { player_id: string; event_id: string }): string {
  return JSON.stringify([player_id, event_id]);
}

function countByType(deadLetters: readonly DeadLetter[]): Report['rejected'] {
  const counts: Report['rejected'] = {};
  for (const { errorType } of deadLetters) counts[errorType] = (counts[errorType] ?? 0) + 1;
  return counts;
}

function countOutOfOrder(
  ledger: readonly LedgerEntry[],
  orderOf: (entry: LedgerEntry) => number | undefined,
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

function throughput(calls: readonly AcceptedCall[], ledger: readonly LedgerEntry[]): number {
  const first = calls.reduce((least, call) => Math.min(least, call.calledAtMs), Infinity);
  const last = ledger.reduce((most, entry) => Math.max(most, entry.timestamp), -Infinity);
  return last > first ? Math.round((ledger.length * 1000) / (last - first)) : 0;
}

function versionKey({ player_id, version }: { player_id: string; version: number }): string {
  return JSON.stringify([player_id, version]);
}

function since(calledAtMs: number | undefined, ms: number): number[] {
  return calledAtMs === undefined ? [] : [ms - calledAtMs];
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}
