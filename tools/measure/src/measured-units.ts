import {
  HEAD_SORT_KEY,
  PROCESSED_EVENTS_TABLE,
  RANKS_TABLE,
  SNAPSHOTS_TABLE,
  STANDINGS_TABLE,
} from '@leaderboard/tables';
import type { Consumption } from './capacity-proxy.ts';
import { itemBytes } from './item-size.ts';

/** What updates of one scenario consumed, per update. Tables are named without the environment suffix. */
export interface ScenarioUnits {
  updates: number;
  updatesPerBatch: number;
  /** Of all functions, to all tables. */
  requestsPerUpdate: number;
  readUnitsPerUpdate: Record<string, number>;
  writeUnitsPerUpdate: Record<string, number>;
}

const WRITES = /^(?:Put|Update|Delete|BatchWrite|TransactWrite)/;

/** Sums up what a number of updates consumed. */
export function unitsPerUpdate(
  consumed: readonly Consumption[],
  updates: number,
  suffix: string,
  ledger: string,
): ScenarioUnits {
  const totals = { read: new Map<string, number>(), write: new Map<string, number>() };
  for (const { operation, units } of consumed) {
    const side = WRITES.test(operation) ? totals.write : totals.read;
    for (const [table, count] of units) side.set(table, (side.get(table) ?? 0) + count);
  }
  // A log item is deleted once its board is compacted, which may be after the measurement: a write unit for each.
  const ranks = `${RANKS_TABLE.name}-${suffix}`;
  const left = logItemsLeft(consumed, ranks);
  if (left > 0) totals.write.set(ranks, (totals.write.get(ranks) ?? 0) + left);
  const batches = consumed.filter(({ puts }) => puts.some(({ table }) => table === ledger)).length;
  const perUpdate = (side: Map<string, number>) =>
    Object.fromEntries(
      [...side].map(([table, count]) => [baseName(table, suffix), round(count / updates)]),
    );
  return {
    updates,
    updatesPerBatch: round(updates / batches),
    requestsPerUpdate: round(consumed.length / updates),
    readUnitsPerUpdate: perUpdate(totals.read),
    writeUnitsPerUpdate: perUpdate(totals.write),
  };
}

/** All read units that were consumed. */
export function readUnitsOf(consumed: readonly Consumption[]): number {
  return unitsOf(consumed, false);
}

function unitsOf(consumed: readonly Consumption[], isWrite: boolean): number {
  const all = consumed
    .filter(({ operation }) => WRITES.test(operation) === isWrite)
    .flatMap(({ units }) => [...units.values()]);
  return round(all.reduce((total, units) => total + units, 0));
}

/** What a run of the snapshotter consumed that took every board window. */
export interface SnapshotUnits {
  boardWindows: number;
  readUnits: number;
  writeUnits: number;
}

/** Sums up what a run of the snapshotter consumed. Each board window gets two items: the latest snapshot and a dated one. */
export function snapshotUnits(consumed: readonly Consumption[], suffix: string): SnapshotUnits {
  const table = `${SNAPSHOTS_TABLE.name}-${suffix}`;
  const dated = consumed
    .flatMap(({ puts }) => puts)
    .filter(({ table: of, item }) => of === table && item['entries'] !== undefined);
  return {
    boardWindows: dated.length / 2,
    readUnits: readUnitsOf(consumed),
    writeUnits: unitsOf(consumed, true),
  };
}

/** Log items of boards that were put and not deleted. */
function logItemsLeft(consumed: readonly Consumption[], table: string): number {
  const put = consumed.flatMap(({ puts }) => puts).filter((each) => each.table === table);
  const logged = put.filter(({ item }) => item['moves'] !== undefined).length;
  const deleted = consumed.reduce((sum, { deletes }) => sum + (deletes.get(table) ?? 0), 0);
  return Math.max(0, logged - deleted);
}

/** Mean bytes of the items that were put, by what they are. */
export function meanItemBytes(
  consumed: readonly Consumption[],
  suffix: string,
): Record<string, number> {
  const sizes = new Map<string, number[]>();
  for (const { table, item } of consumed.flatMap(({ puts }) => puts)) {
    const isHead = item[PROCESSED_EVENTS_TABLE.sortKey.name]?.['S'] === HEAD_SORT_KEY;
    const kind = isHead ? `${baseName(table, suffix)} head` : baseName(table, suffix);
    sizes.set(kind, [...(sizes.get(kind) ?? []), itemBytes(item)]);
  }
  return Object.fromEntries(
    [...sizes].map(([kind, all]) => [
      kind,
      Math.ceil(all.reduce((total, bytes) => total + bytes, 0) / all.length),
    ]),
  );
}

/** Bytes of the items that a table holds for a player in the end, all of them together; the mean over the players. */
export function bytesPerPlayer(consumed: readonly Consumption[], table: string): number {
  const latest = new Map<string, number>();
  const players = new Set<string>();
  for (const { item } of consumed
    .flatMap(({ puts }) => puts)
    .filter((put) => put.table === table)) {
    const player = String(item[STANDINGS_TABLE.partitionKey.name]?.['S']);
    players.add(player);
    latest.set(JSON.stringify([player, item[STANDINGS_TABLE.sortKey.name]]), itemBytes(item));
  }
  const total = [...latest.values()].reduce((sum, bytes) => sum + bytes, 0);
  return Math.ceil(total / Math.max(1, players.size));
}

function baseName(table: string, suffix: string): string {
  return table.endsWith(`-${suffix}`) ? table.slice(0, -suffix.length - 1) : table;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
