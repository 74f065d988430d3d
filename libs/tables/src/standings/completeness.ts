import type { Item } from '../conversion.ts';
import { ifAbsent, queryOf, type QueryExpression, type WriteCondition } from '../expressions.ts';
import { ItemReader } from '../item-reader.ts';
import { DEPLOYED_SET, type BoardSetIds } from './board-sets.ts';
import { PROGRESS_PARTITION } from './progress.ts';
import { STANDINGS_TABLE, standingsKey } from './table.ts';

/** Sort key of the record of {@link Completeness}. */
export const COMPLETENESS_SORT_KEY = 'complete';

const COMPLETENESS_KEY: Item = standingsKey(PROGRESS_PARTITION, COMPLETENESS_SORT_KEY);

/** The query of the record. */
export const COMPLETENESS_RECORD: QueryExpression = queryOf(STANDINGS_TABLE, PROGRESS_PARTITION, {
  sortKey: { is: COMPLETENESS_SORT_KEY },
});

/** The tables that a record is about, by the ids that DynamoDB gave them; empty strings while none are known. */
export interface TableIds {
  readonly ledger: string;
  readonly standings: string;
  readonly ranks: string;
}

/**
 * Of which boards the standings hold the fold of the whole ledger, apart from updates that are still in stream and queue.
 * Readers call a response exact only for these boards.
 */
export interface Completeness {
  /** The sets of boards. Changed together with what is complete: so a reader cannot take the boards of one set for another's. */
  readonly sets: BoardSetIds;
  /** Hashes of the board definitions that the projectors fold under: those of all sets. */
  readonly projected: readonly string[];
  /** Those of them whose boards are complete. */
  readonly complete: readonly string[];
  /** The tables for which that was found. A restored table, or one created again, has another id. */
  readonly tableIds: TableIds;
  /** From when on nothing folds under other definitions (ms since the epoch). */
  readonly settledAt: number;
  /** The rebuild that is running, or was stopped; empty when there is none. The projectors leave the rest to it. */
  readonly rebuildRun: string;
  /** Raised by each write, so that no writer overwrites what it has not read. */
  readonly revision: number;
}

/** What a reader needs of {@link Completeness}. */
export interface CompleteBoards extends Pick<Completeness, 'complete' | 'tableIds'> {
  /** See {@link BoardSetIds}. */
  readonly serving: string;
}

export function toCompletenessItem(record: Completeness): Item {
  return {
    ...COMPLETENESS_KEY,
    ...(record.sets.serving !== DEPLOYED_SET && { serving_set: record.sets.serving }),
    ...(record.sets.building !== undefined && { building_set: record.sets.building }),
    projected_hashes: record.projected.join(','),
    complete_hashes: record.complete.join(','),
    ledger_table_id: record.tableIds.ledger,
    standings_table_id: record.tableIds.standings,
    ranks_table_id: record.tableIds.ranks,
    settled_at: record.settledAt,
    replay_run: record.rebuildRun,
    revision: record.revision,
  };
}

/** @throws {CorruptItemError} */
export function toCompleteness(item: Item): Completeness {
  const read = new ItemReader(STANDINGS_TABLE, item);
  const { serving, ...completeBoards } = toCompleteBoards(item);
  return {
    sets: { serving, building: read.stringIfAny('building_set') },
    projected: hashesOf(read.string('projected_hashes')),
    ...completeBoards,
    settledAt: read.integer('settled_at'),
    rebuildRun: read.string('replay_run'),
    revision: read.integer('revision'),
  };
}

/** @throws {CorruptItemError} */
export function toCompleteBoards(item: Item): CompleteBoards {
  const read = new ItemReader(STANDINGS_TABLE, item);
  return {
    serving: read.stringIfAny('serving_set') ?? DEPLOYED_SET,
    complete: hashesOf(read.string('complete_hashes')),
    tableIds: {
      ledger: read.string('ledger_table_id'),
      standings: read.string('standings_table_id'),
      // Records of a release without ranks lack it.
      ranks: read.stringIfAny('ranks_table_id') ?? '',
    },
  };
}

/** The write takes place only if the record is still what was read: this one, or none. */
export function ifCompletenessIs(read: Completeness | undefined): WriteCondition {
  if (read === undefined) return ifAbsent(STANDINGS_TABLE);
  return {
    ConditionExpression: 'revision = :read',
    ExpressionAttributeValues: { ':read': read.revision },
  };
}

function hashesOf(list: string): string[] {
  return list === '' ? [] : list.split(',');
}
