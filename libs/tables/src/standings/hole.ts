import type { Item } from '../conversion.ts';
import { queryOf, type QueryExpression, type WriteCondition } from '../expressions.ts';
import { ItemReader } from '../item-reader.ts';
import { PROGRESS_PARTITION } from './progress.ts';
import { RETRY_SORT_KEY_PREFIX, toRetryNoteAttributes } from './retry-note.ts';
import { STANDINGS_TABLE, standingsKey, standingsSortKey } from './table.ts';

/** Partition of the holes: one item for each player. Readers do not read it: see {@link HolesNote}. */
const HOLES_PARTITION = '#holes';

/** In the place of a player id: updates of unknown players were lost. No player id begins with `#`, and it sorts before all. */
export const UNKNOWN_PLAYERS = '#unknown';

/** Why a hole was noted. */
export const HOLE_REASONS = {
  /** The projector dead-letters an event. */
  deadLetter: 'DeadLetter',
  /** An event was received so often that SQS may dead-letter it. */
  manyReceives: 'ManyReceives',
  /** The auditor found the standings of a player behind the ledger. */
  behind: 'Behind',
  /** The pipe has given up records of the ledger's stream. */
  pipeDeadLetter: 'PipeDeadLetter',
} as const;

export type HoleReason = (typeof HOLE_REASONS)[keyof typeof HOLE_REASONS];

/** Updates of a player that the ledger has and that may never reach the standings by themselves. */
export interface Hole {
  /** Or {@link UNKNOWN_PLAYERS}. */
  readonly player: string;
  /** The newest of the updates; undefined when it is not known, and then only a fold of the whole ledger closes the hole. */
  readonly version: number | undefined;
  readonly reason: HoleReason;
  /** When it was last noted (ms since the epoch). It rises each time, so that nobody closes what was not read. */
  readonly notedAt: number;
}

/** The query of all holes, by player. */
export const HOLES: QueryExpression = queryOf(STANDINGS_TABLE, HOLES_PARTITION);

/** The query of the holes after one; of all after an empty string, which no key can be. */
export function holesAfter(player: string): QueryExpression {
  if (player === '') return HOLES;
  return queryOf(STANDINGS_TABLE, HOLES_PARTITION, { sortKey: { above: player } });
}

export function holeKey(player: string): Item {
  return standingsKey(HOLES_PARTITION, player);
}

export function toHoleItem({ player, version, reason, notedAt }: Hole): Item {
  return {
    ...holeKey(player),
    ...(version !== undefined && { version }),
    reason,
    noted_at: notedAt,
  };
}

/** @throws {CorruptItemError} */
export function toHole(item: Item): Hole {
  const read = new ItemReader(STANDINGS_TABLE, item);
  return {
    player: standingsSortKey(item),
    version: read.integerIfAny('version'),
    reason: read.string('reason') as HoleReason,
    notedAt: read.integer('noted_at'),
  };
}

/** The write takes place only if the hole was not noted again. */
export function ifHoleIs({ notedAt }: Hole): WriteCondition {
  return {
    ConditionExpression: 'noted_at = :noted_at',
    ExpressionAttributeValues: { ':noted_at': notedAt },
  };
}

/** Key of the note by which readers learn of holes. It stands among the retry notes, which they read anyway. */
export const HOLES_NOTE_KEY: Item = standingsKey(
  PROGRESS_PARTITION,
  `${RETRY_SORT_KEY_PREFIX}holes`,
);

/** End of a note while there are holes: the last instant that a `Date` can hold (ms since the epoch). */
const NEVER = 8_640_000_000_000_000;

/** The note by which readers learn that there are holes: one item, however many holes there are. */
export interface HolesNote {
  /** Changes each time a hole is noted. */
  readonly id: string;
  /** When the last hole was noted (ms since the epoch). */
  readonly notedAt: number;
  /** When the note ends (ms since the epoch); undefined while there are holes. */
  readonly until: number | undefined;
}

export function toHolesNoteItem({ id, notedAt, until = NEVER }: HolesNote): Item {
  const player = HOLES_PARTITION;
  return {
    ...HOLES_NOTE_KEY,
    ...toRetryNoteAttributes({ player, ledgerTimestamp: notedAt, until }),
    note_id: id,
  };
}

/** @throws {CorruptItemError} */
export function toHolesNote(item: Item): HolesNote {
  const read = new ItemReader(STANDINGS_TABLE, item);
  const until = read.integer('until');
  return {
    id: read.string('note_id'),
    notedAt: read.integer('ledger_timestamp'),
    until: until === NEVER ? undefined : until,
  };
}

/** The write takes place only if no hole was noted since. */
export function ifHolesNoteIs({ id }: HolesNote): WriteCondition {
  return {
    ConditionExpression: 'note_id = :id',
    ExpressionAttributeValues: { ':id': id },
  };
}
