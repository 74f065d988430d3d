import { parseBoardWindow } from '@leaderboard/ranking';
import type { Item } from '../conversion.ts';
import type { WriteCondition } from '../expressions.ts';
import { CorruptItemError, ItemReader, partitionOf } from '../item-reader.ts';
import { standingKey, toArchivedStanding, type StandingRow } from './standing.ts';
import { STANDINGS_TABLE, standingsKey, standingsSortKey } from './table.ts';

/** Sort key of a player's main item. A board id cannot be equal to it: ids begin with a letter or a digit. */
export const PLAYER_SORT_KEY = '#player';

/** Digits of a position in the list of hashes; a hash is longer. */
const MAX_POSITION_DIGITS = 4;

/** How far a player's ledger is folded into all of that player's standings. */
export interface Applied {
  /** Version of the newest ledger item that is folded in. */
  readonly version: number;
  /** Its ledger timestamp (ms since the epoch): where a refold continues. */
  readonly timestamp: number;
  /** Hashes of the definitions for which the standings are folded, sorted, joined by commas. */
  readonly definition_hashes: string;
  /** When it was folded in (ms since the epoch). */
  readonly applied_at: number;
}

/** The transaction that wrote a player's main item last. */
export interface PlayerTransaction {
  /** Its time in the logs of the boards (ms since the epoch). It rises with each transaction of the player. */
  readonly time: number;
  /** The log items that it wrote. */
  readonly log: readonly { readonly partition: string; readonly id: string }[];
}

/** A player's main item: what is folded in, and the present standings. */
export interface PlayerItem {
  /** Undefined when the ledger has no update of the player. */
  readonly applied: Applied | undefined;
  readonly transaction: PlayerTransaction;
  /** By {@link standingKey}. */
  readonly standings: ReadonlyMap<string, StandingRow>;
}

export function playerKey(playerId: string): Item {
  return standingsKey(playerId, PLAYER_SORT_KEY);
}

/**
 * A player's main item. A standing takes some 30 bytes: a write costs 1 unit up to about ten games and 2 up to about twenty.
 */
export function toPlayerItem(
  playerId: string,
  { applied, transaction, standings }: PlayerItem,
): Item {
  const hashes = applied?.definition_hashes.split(',') ?? [];
  const boards: Record<string, string[]> = {};
  for (const row of standings.values()) (boards[row.board_id] ??= []).push(toLine(row, hashes));
  return {
    ...playerKey(playerId),
    ...(applied && {
      version: applied.version,
      timestamp: applied.timestamp,
      definition_hashes: applied.definition_hashes,
      applied_at: applied.applied_at,
    }),
    log_time: transaction.time,
    ...(transaction.log.length > 0 && {
      log: transaction.log.map(({ partition, id }) => `${partition} ${id}`),
    }),
    standings: boards,
  };
}

/** @throws {CorruptItemError} */
export function toPlayer(item: Item): PlayerItem {
  const read = new ItemReader(STANDINGS_TABLE, item);
  const version = read.integerIfAny('version');
  const applied =
    version === undefined
      ? undefined
      : {
          version,
          timestamp: read.integer('timestamp'),
          definition_hashes: read.string('definition_hashes'),
          applied_at: read.integer('applied_at'),
        };
  const hashes = applied?.definition_hashes.split(',') ?? [];
  const playerId = partitionOf(item, STANDINGS_TABLE);
  const rows = Object.entries(item['standings'] as Record<string, string[]>).flatMap(
    ([boardId, lines]) => lines.map((line) => parseLine(line, playerId, boardId, hashes)),
  );
  return {
    applied,
    transaction: {
      time: read.integer('log_time'),
      log: ((item['log'] ?? []) as string[]).map((line) => {
        const [partition = '', id = ''] = line.split(' ');
        return { partition, id };
      }),
    },
    standings: new Map(rows.map((row) => [standingKey(row), row])),
  };
}

/** The write takes place only if the player's main item is still of this transaction; `undefined`: if there is none. */
export function ifPlayerIs(transaction: PlayerTransaction | undefined): WriteCondition {
  if (transaction === undefined) {
    return { ConditionExpression: `attribute_not_exists(${STANDINGS_TABLE.partitionKey.name})` };
  }
  return {
    ConditionExpression: 'log_time = :log_time',
    ExpressionAttributeValues: { ':log_time': transaction.time },
  };
}

/** The attributes that {@link toAppliedPosition} reads. */
export const APPLIED_POSITION_ATTRIBUTES = ['player_id', 'version', 'timestamp'] as const;

/** How far a player's ledger is folded, of an item with these attributes alone. @throws {CorruptItemError} */
export function toAppliedPosition(
  item: Item,
): Pick<Applied, 'version' | 'timestamp'> & { readonly playerId: string } {
  const read = new ItemReader(STANDINGS_TABLE, item);
  const version = read.integerIfAny('version') ?? 0;
  return {
    playerId: read.string('player_id'),
    version,
    timestamp: version === 0 ? 0 : read.integer('timestamp'),
  };
}

/** What a player's items say together. */
export interface PlayerStandings {
  /** Undefined when the player has no main item. */
  readonly main: PlayerItem | undefined;
  /** Present and archived, by {@link standingKey}. */
  readonly standings: ReadonlyMap<string, StandingRow>;
}

/** @param items main item and archived standings of one player @throws {CorruptItemError} */
export function toPlayerStandings(items: readonly Item[]): PlayerStandings {
  let main: PlayerItem | undefined;
  const standings = new Map<string, StandingRow>();
  for (const item of items) {
    if (standingsSortKey(item) === PLAYER_SORT_KEY) main = toPlayer(item);
    // Its sort key, so that an item of a former release, whose key has no definition, is found to be in the wrong place.
    else standings.set(standingsSortKey(item), toArchivedStanding(item));
  }
  for (const [key, row] of main?.standings ?? []) standings.set(key, row);
  return { main, standings };
}

/** Every standing that an item of the table holds; none for a note. @throws {CorruptItemError} */
export function standingsIn(item: Item): StandingRow[] {
  if (partitionOf(item, STANDINGS_TABLE).startsWith('#')) return [];
  return [...toPlayerStandings([item]).standings.values()];
}

/** `all_time`, or with its period: what a window is called within its board. */
export function windowOf(boardWindow: string): string {
  const { window, period } = parseBoardWindow(boardWindow) ?? { window: boardWindow };
  return period === undefined ? window : `${window}#${period}`;
}

/** Window, score, time reached, updates, version and the number of the definition's hash in the list of the item. */
function toLine(row: StandingRow, hashes: readonly string[]): string {
  const position = hashes.indexOf(row.definition_hash);
  return [
    windowOf(row.board_window),
    row.score,
    toShortInstant(row.achieved_at),
    row.updates,
    row.version,
    position < 0 ? row.definition_hash : position,
  ].join(' ');
}

function parseLine(
  line: string,
  player_id: string,
  board_id: string,
  hashes: readonly string[],
): StandingRow {
  const [name = '', score = '', reached = '', updates, version, hash = ''] = line.split(' ');
  const board_window = `${board_id}#${name}`;
  if (parseBoardWindow(board_window) === undefined || Number.isNaN(Number(version))) {
    throw new CorruptItemError(
      STANDINGS_TABLE.name,
      'standings',
      `The item of player ${player_id} in the table ${STANDINGS_TABLE.name} has the standing "${line}" on board ${board_id}. ${STANDINGS_TABLE.repair}`,
    );
  }
  return {
    player_id,
    board_window,
    board_id,
    score,
    achieved_at: fromShortInstant(reached),
    updates: Number(updates),
    version: Number(version),
    definition_hash: hash.length <= MAX_POSITION_DIGITS ? (hashes[Number(hash)] ?? '') : hash,
  };
}

/** ms since the epoch in base 36, where that gives the same text again. */
function toShortInstant(instant: string): string {
  const ms = Date.parse(instant);
  return new Date(ms).toISOString() === instant ? ms.toString(36) : instant;
}

function fromShortInstant(text: string): string {
  return text.includes(':') ? text : new Date(Number.parseInt(text, 36)).toISOString();
}
