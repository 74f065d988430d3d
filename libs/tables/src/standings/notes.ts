import type { Item } from '../conversion.ts';
import { queryOf, type QueryExpression } from '../expressions.ts';
import { ItemReader } from '../item-reader.ts';
import { COMPLETENESS_SORT_KEY, toCompleteBoards, type CompleteBoards } from './completeness.ts';
import {
  PROGRESS_PARTITION,
  PROGRESS_SORT_KEY_PREFIX,
  toProgress,
  type Progress,
} from './progress.ts';
import { RETRY_SORT_KEY_PREFIX, type RetryNote } from './retry-note.ts';
import { STANDINGS_TABLE, standingsSortKey } from './table.ts';

/** All that a reader needs to know how fresh and how complete the standings are. */
export interface StandingsNotes {
  readonly progress: readonly Progress[];
  readonly retries: readonly Pick<RetryNote, 'ledgerTimestamp' | 'until'>[];
  /** Undefined while it is unknown. */
  readonly completeness: CompleteBoards | undefined;
}

/**
 * The query of all notes, with the attributes that {@link toStandingsNotes} reads. Read it strongly consistent: a note that
 * takes something back is written before what it is about.
 */
export const STANDINGS_NOTES: QueryExpression = queryOf(STANDINGS_TABLE, PROGRESS_PARTITION, {
  attributes: [
    ...['board_window', 'recorded_at', 'ledger_timestamp', 'lag_ms', 'arrival_ms', 'until'],
    ...['complete_hashes', 'ledger_table_id', 'standings_table_id', 'ranks_table_id'],
    'serving_set',
  ],
});

/** @param items every item of {@link STANDINGS_NOTES} @throws {CorruptItemError} */
export function toStandingsNotes(items: readonly Item[]): StandingsNotes {
  const itemsOf = (prefix: string) =>
    items.filter((item) => standingsSortKey(item).startsWith(prefix));
  const [record] = itemsOf(COMPLETENESS_SORT_KEY);
  return {
    progress: itemsOf(PROGRESS_SORT_KEY_PREFIX).map(toProgress),
    retries: itemsOf(RETRY_SORT_KEY_PREFIX).map((item) => {
      const read = new ItemReader(STANDINGS_TABLE, item);
      return {
        ledgerTimestamp: read.integer('ledger_timestamp'),
        until: read.integer('until'),
      };
    }),
    completeness: record && toCompleteBoards(record),
  };
}
