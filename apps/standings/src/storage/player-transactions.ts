import {
  ifAbsent,
  ifPlayerIs,
  logId,
  logKey,
  playerKey,
  presentStandings,
  RANKS_TABLE,
  roughBytes,
  standingsKey,
  toArchivedStandingItem,
  toLogItem,
  toPlayerItem,
  type Item,
  type LogId,
  type PlayerMoves,
  type PlayerTransaction,
  type WriteCondition,
} from '@leaderboard/tables';
import {
  afterWrites,
  archiveChange,
  type PlayerChange,
  type PlayerState,
} from '../fold/player-change.ts';
import { movesOf } from '../fold/rank-moves.ts';

/** Actions of one transaction (DynamoDB developer guide, "Service, account, and table quotas": TransactWriteItems). */
const MAX_ACTIONS = 100;
/** A transaction has at most 4 MB (the same); items are counted as JSON, which is not much smaller. */
const MAX_BYTES = 3_000_000;
/** Standings of one player that are written at once: each may take two actions and a log item. */
const MAX_ROWS = 30;

/** One write of a transaction. */
export interface Action {
  readonly table: 'standings' | 'ranks';
  /** The player whose item it is; undefined for a log item, which several players may share. */
  readonly playerId: string | undefined;
  readonly write: { readonly put: Item } | { readonly delete: Item };
  readonly condition: WriteCondition | undefined;
}

/** A log item that a transaction writes. */
export interface LogWrite {
  readonly partition: string;
  readonly id: LogId;
  /** Size of what it holds, in bytes. */
  readonly bytes: number;
}

/** One transaction of one or several players. */
export interface PlannedTransaction {
  readonly actions: readonly Action[];
  readonly log: readonly LogWrite[];
  /** What is stored of each player afterwards. */
  readonly states: ReadonlyMap<string, PlayerState>;
}

export interface PlanOptions {
  /** ms since the epoch. */
  readonly now: number;
  /** What no other attempt has: letters and digits. */
  readonly unique: string;
}

/** A change in parts that fit in a transaction each. All but the last leave what is applied as it was. */
export function partsOf(change: PlayerChange): PlayerChange[] {
  const { rows, state } = change;
  if (rows.length <= MAX_ROWS) return [change];
  const parts: PlayerChange[] = [];
  for (let index = 0; index < rows.length; index += MAX_ROWS) {
    const isLast = index + MAX_ROWS >= rows.length;
    parts.push({
      ...change,
      rows: rows.slice(index, index + MAX_ROWS),
      applied: isLast ? change.applied : state.applied,
    });
  }
  return parts;
}

/**
 * The changes of players as one transaction: for each player the main item, on the condition that it is the one that was read,
 * and the archived standings that change; for each board that changes one log item. Its time is above the last one of each of
 * the players, so that a reader of a log sees a player's changes in their order.
 */
export function planTransaction(
  changes: readonly PlayerChange[],
  { now, unique }: PlanOptions,
): PlannedTransaction {
  const time = Math.max(now, ...changes.map(({ state }) => (state.transaction?.time ?? 0) + 1));
  const id = logId(time, unique);
  const actions: Action[] = [];
  const states = new Map<string, PlayerState>();
  const boards = new Map<string, PlayerMoves[]>();
  for (const { playerId, state, rows, applied } of changes) {
    const moves = movesOf(playerId, rows);
    const transaction: PlayerTransaction = {
      time,
      log: [...moves.keys()].map((partition) => ({ partition, id })),
    };
    for (const [partition, ofPlayer] of moves) {
      const ofBoard = boards.get(partition);
      if (ofBoard === undefined) boards.set(partition, [ofPlayer]);
      else ofBoard.push(ofPlayer);
    }
    const standings = afterWrites(state.standings, rows);
    states.set(playerId, { applied, transaction, standings });
    const present = presentStandings(standings);
    const archive = archiveChange(state.standings, standings);
    const own = { table: 'standings', playerId } as const;
    actions.push(
      {
        ...own,
        write: { put: toPlayerItem(playerId, { applied, transaction, standings: present }) },
        condition: ifPlayerIs(state.transaction),
      },
      ...archive.puts.map((row) => ({
        ...own,
        write: { put: toArchivedStandingItem(row) },
        condition: undefined,
      })),
      ...archive.deletes.map((key) => ({
        ...own,
        write: { delete: standingsKey(playerId, key) },
        condition: undefined,
      })),
    );
  }
  const log: LogWrite[] = [];
  for (const [partition, players] of boards) {
    const put = toLogItem(partition, { id, players });
    log.push({ partition, id, bytes: roughBytes(put) });
    actions.push({
      table: 'ranks',
      playerId: undefined,
      write: { put },
      condition: ifAbsent(RANKS_TABLE),
    });
  }
  return { actions, log, states };
}

export function fitsOneRequest({ actions }: PlannedTransaction): boolean {
  if (actions.length > MAX_ACTIONS) return false;
  const bytes = actions.reduce(
    (sum, { write }) => sum + roughBytes('put' in write ? write.put : write.delete),
    0,
  );
  return bytes <= MAX_BYTES;
}

/** The items that tell whether a player's last transaction is complete. */
export function itemsOfTransaction(
  playerId: string,
  { log }: PlayerTransaction,
): { readonly table: Action['table']; readonly key: Item }[] {
  return [
    { table: 'standings', key: playerKey(playerId) },
    ...log.map(({ partition, id }) => ({ table: 'ranks' as const, key: logKey(partition, id) })),
  ];
}
