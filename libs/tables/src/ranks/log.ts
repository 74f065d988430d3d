import type { Item } from '../conversion.ts';
import { CorruptItemError, ItemReader } from '../item-reader.ts';
import { packText } from '../packed-text.ts';
import { RANKS_TABLE } from './table.ts';

/** A place on a board window: a rank key without the player id at its end. */
export type Place = string;

/** What became of one player's standing in one window of a board. */
export interface RankMove {
  /** The window, with its period if it has one: `all_time`, `weekly#2026-W47`. */
  readonly window: string;
  /** The place that the player had; undefined if none. */
  readonly before: Place | undefined;
  /** The standing that the player has now; undefined if none. */
  readonly after: PlacedStanding | undefined;
}

/** A standing as the ranks keep it. */
export interface PlacedStanding {
  readonly place: Place;
  /** Number of updates folded. */
  readonly updates: number;
  /** When the value was reached (ms since the epoch), where the place does not tell: on boards with shared ranks. */
  readonly achievedAtMs: number | undefined;
}

/** The moves of one player on one board. */
export interface PlayerMoves {
  readonly playerId: string;
  readonly moves: readonly RankMove[];
}

/** What one transaction changed on one board. */
export interface LogItem {
  readonly id: LogId;
  readonly players: readonly PlayerMoves[];
}

/** The time of a transaction and what makes it unique. The order of ids is the order of times. */
export type LogId = string;

/** Base 36 digits of a time in ms: enough until the year 5188, so that ids sort by time. */
const TIME_DIGITS = 9;
const LOG_PREFIX = 'log#';
/** Sorts above every log item, so that a descending query reads the head first. */
const HEAD_ENTRY = 'zhead';
/** Sorts below every log item, so that a descending query reads the epoch last. */
const EPOCH_ENTRY = 'epoch';

/** The partition of a board under one definition. @param definitionHash `boardDefinitionHash` of its definition */
export function ranksPartition(boardId: string, definitionHash: string): string {
  return `${boardId}#${definitionHash}`;
}

/** @param unique a few characters that no other attempt to write has: letters and digits */
export function logId(timeMs: number, unique: string): LogId {
  return `${timeMs.toString(36).padStart(TIME_DIGITS, '0')}${unique}`;
}

/** The time in an id (ms since the epoch). */
export function logTimeOf(id: LogId): number {
  return Number.parseInt(id.slice(0, TIME_DIGITS), 36);
}

export function ranksHeadKey(partition: string): Item {
  return { board: partition, entry: HEAD_ENTRY };
}

export function epochKey(partition: string): Item {
  return { board: partition, entry: EPOCH_ENTRY };
}

export function logKey(partition: string, id: LogId): Item {
  return { board: partition, entry: `${LOG_PREFIX}${id}` };
}

/** What an item of a board's partition is. @throws {CorruptItemError} */
export function kindOfRanksItem(item: Item): 'head' | 'log' | 'epoch' {
  const entry = new ItemReader(RANKS_TABLE, item).string('entry');
  if (entry === HEAD_ENTRY) return 'head';
  if (entry === EPOCH_ENTRY) return 'epoch';
  if (entry.startsWith(LOG_PREFIX)) return 'log';
  throw new CorruptItemError(
    RANKS_TABLE.name,
    'entry',
    `An item of the table ${RANKS_TABLE.name} has the unknown entry "${entry}". ${RANKS_TABLE.repair}`,
  );
}

/**
 * The item of a log entry. Its moves are one JSON text, because a board's log is read with each rank: names of windows stand
 * once, `1` says that the place is the same as before, and a text of several players is compressed.
 */
export function toLogItem(partition: string, { id, players }: LogItem): Item {
  const windows = [...new Set(players.flatMap(({ moves }) => moves.map(({ window }) => window)))];
  const packed: PackedPlayer[] = players.map(({ playerId, moves }) => [
    playerId,
    moves.map((move) => pack(move, windows.indexOf(move.window))),
  ]);
  return { ...logKey(partition, id), moves: packText(JSON.stringify([windows, packed])) };
}

/** @throws {CorruptItemError} */
export function toLogEntry(item: Item): LogItem {
  const read = new ItemReader(RANKS_TABLE, item);
  const [windows, players] = JSON.parse(read.packedText('moves')) as [string[], PackedPlayer[]];
  return {
    id: read.string('entry').slice(LOG_PREFIX.length),
    players: players.map(([playerId, moves]) => ({
      playerId,
      moves: moves.map((move) => unpack(move, windows)),
    })),
  };
}

/** Window (index), place before or 0, place after, 1 for the same or 0 for none, updates, time reached. */
type PackedMove = readonly [number, string | 0, string | 0 | 1, number?, number?];
type PackedPlayer = readonly [string, readonly PackedMove[]];

function pack({ before, after }: RankMove, window: number): PackedMove {
  if (after === undefined) return [window, before ?? 0, 0];
  const { place, updates, achievedAtMs } = after;
  const now = place === before ? 1 : place;
  return achievedAtMs === undefined
    ? [window, before ?? 0, now, updates]
    : [window, before ?? 0, now, updates, achievedAtMs];
}

function unpack(
  [window, before, after, updates = 0, achievedAtMs]: PackedMove,
  windows: readonly string[],
): RankMove {
  const place = after === 1 ? before : after;
  return {
    window: windows[window] ?? '',
    before: before === 0 ? undefined : before,
    after: place === 0 ? undefined : { place, updates, achievedAtMs },
  };
}
