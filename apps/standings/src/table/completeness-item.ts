import { integerOf, number, text, textOf, type Item } from './attributes.ts';
import { PROGRESS_PARTITION } from './progress-item.ts';
import { standingKey } from './standing-item.ts';

/** Sort key of the record in the partition of the projectors' progress. */
export const COMPLETENESS_SORT_KEY = 'complete';

/** The tables that a record speaks of, by the ids that DynamoDB gave them; empty texts while none are known. */
export interface TableIds {
  ledger: string;
  standings: string;
}

/**
 * Of which boards the standings hold the fold of the whole ledger, apart from updates that are on their way through stream
 * and queue. Readers call an answer exact only under its say.
 */
export interface Completeness {
  /** Hashes of the board definitions that the projectors fold under. */
  projected: readonly string[];
  /** Those of them whose boards are complete. */
  complete: readonly string[];
  /** The tables of which that was found. A restored table, or one created again, has another id. */
  tableIds: TableIds;
  /** From when on nothing folds under other definitions (ms since the epoch). */
  settledAt: number;
  /** The rebuild that is under way, or was stopped; empty when there is none. The projectors leave the rest to it. */
  rebuildRun: string;
  /** Raised by each write, so that no writer overwrites what it has not read. */
  revision: number;
}

export function toCompletenessItem(record: Completeness): Item {
  return {
    ...standingKey(PROGRESS_PARTITION, COMPLETENESS_SORT_KEY),
    projected_hashes: text(record.projected.join(',')),
    complete_hashes: text(record.complete.join(',')),
    ledger_table_id: text(record.tableIds.ledger),
    standings_table_id: text(record.tableIds.standings),
    settled_at: number(record.settledAt),
    replay_run: text(record.rebuildRun),
    revision: number(record.revision),
  };
}

/** @throws {CorruptItemError} */
export function toCompleteness(item: Item): Completeness {
  return {
    projected: hashesOf(textOf(item, 'projected_hashes')),
    complete: hashesOf(textOf(item, 'complete_hashes')),
    tableIds: {
      ledger: textOf(item, 'ledger_table_id'),
      standings: textOf(item, 'standings_table_id'),
    },
    settledAt: integerOf(item, 'settled_at'),
    rebuildRun: textOf(item, 'replay_run'),
    revision: integerOf(item, 'revision'),
  };
}

function hashesOf(list: string): string[] {
  return list === '' ? [] : list.split(',');
}
