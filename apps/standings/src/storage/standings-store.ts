import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import type { Runtime } from '@leaderboard/function';
import {
  backoffMs,
  batchGet,
  kindOfStanding,
  partitionOf,
  playerKey,
  queryOf,
  STANDINGS_TABLE,
  standingsKey,
  toPlayer,
  toPlayerStandings,
  type Item,
  type PlayerTransaction,
  type StandingRow,
} from '@leaderboard/tables';
import { boardWindowOf, type PlayerChange, type PlayerState } from '../fold/player-change.ts';
import type { ChangeRecorder } from './change-recorder.ts';
import {
  fitsOneRequest,
  itemsOfTransaction,
  partsOf,
  planTransaction,
  type Action,
  type LogWrite,
  type PlannedTransaction,
} from './player-transactions.ts';

/**
 * Age of a transaction from which it counts as complete, in ms: it takes milliseconds, and the clocks of two machines differ by
 * less than this.
 */
const OLD_AFTER_MS = 10_000;
/** Players whose last transaction this process remembers to have ended. */
const MAX_REMEMBERED = 10_000;
/** Attempts to read a player whose transaction is under way, and to write while the tables are throttled. */
const MAX_ATTEMPTS = 6;
const BACKOFF = { baseMs: 25, maxMs: 800 };

/** What is to be read of one player. */
export interface PlayerKeys {
  readonly playerId: string;
  /** Keys of the standings that will change. */
  readonly standings: ReadonlySet<string>;
}

/** `moved`: another writer has changed the player since it was read. */
export type WriteOutcome = 'written' | 'moved';

/** The transaction that wrote a player last was still under way in every attempt. */
export class UnsettledPlayerError extends Error {
  override readonly name = 'UnsettledPlayerError';
  readonly code = 'UnsettledPlayer';

  constructor(playerId: string) {
    super(
      `The last transaction of player ${playerId} was still under way in ${MAX_ATTEMPTS} attempts. Read the player again in a few seconds.`,
    );
  }
}

export interface StandingsStoreOptions extends Runtime {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly ranksTableName: string;
  readonly changes: ChangeRecorder;
  /** What was written to the logs of boards, after each transaction. */
  readonly onLogged: (log: readonly LogWrite[]) => Promise<void>;
  /** An id that no other call has returned: letters and digits. */
  readonly uniqueId: () => string;
}

/**
 * The standings of players, and with them the logs from which ranks are counted: both in one transaction, so that there is a
 * log item exactly if a standing has moved. Every read is strongly consistent.
 *
 * A strong read of one item is only read-committed against a transaction: it may show a player's item before the log items of
 * the same transaction are visible. What is built on it could then be visible before it. So the store returns a player only
 * when the last transaction is known to be complete: it was acknowledged to this process, or it is old, or a
 * `TransactGetItems` of its items succeeds.
 */
export class StandingsStore {
  readonly #options: StandingsStoreOptions;
  /** Time of the last transaction that this process knows to be complete, by player. */
  readonly #complete = new Map<string, number>();

  constructor(options: StandingsStoreOptions) {
    this.#options = options;
  }

  /** The present standings of each player, and the archived ones that are named, in as few requests as possible. */
  async readKeys(players: readonly PlayerKeys[]): Promise<ReadonlyMap<string, PlayerState>> {
    const items = await this.#batchGet(players.map(({ playerId }) => playerKey(playerId)));
    const mains = new Map(
      items.map((item) => [partitionOf(item, STANDINGS_TABLE), toPlayer(item)]),
    );
    const settled = await Promise.all(
      players.map(({ playerId }) => this.#settle(playerId, mains.get(playerId)?.transaction)),
    );
    // Archived standings are read only now: one of a transaction that was under way might have been the former one.
    const unchanged = players.filter((_, index) => settled[index] !== 'changed');
    const archiveKeys = unchanged.flatMap((player) =>
      archiveKeysOf(player, mains.get(player.playerId)?.standings),
    );
    const archived = archiveKeys.length === 0 ? [] : await this.#batchGet(archiveKeys);
    const byPlayer = Map.groupBy([...items, ...archived], (item) =>
      partitionOf(item, STANDINGS_TABLE),
    );
    const states = new Map(
      unchanged.map(({ playerId }) => [playerId, toState(byPlayer.get(playerId) ?? [])]),
    );
    const changed = players.filter(({ playerId }) => !states.has(playerId));
    if (changed.length === 0) return states;
    return new Map([...states, ...(await this.readKeys(changed))]);
  }

  /** Every standing of the player, those of past periods included. */
  async readPlayer(playerId: string): Promise<PlayerState> {
    for (;;) {
      const items: Item[] = [];
      let start: Item | undefined;
      do {
        const page = await this.#options.client.send(
          new QueryCommand({
            TableName: this.#options.tableName,
            ConsistentRead: true,
            ...queryOf(STANDINGS_TABLE, playerId),
            ...(start && { ExclusiveStartKey: start }),
          }),
        );
        items.push(...(page.Items ?? []));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      const state = toState(items);
      // If the transaction was under way, archived standings may have been read before they changed.
      if ((await this.#settle(playerId, state.transaction)) === 'known') return state;
    }
  }

  /** Writes the change of one player, in several transactions if it is large; each leaves standings and ranks as one. */
  async write(change: PlayerChange): Promise<WriteOutcome> {
    const outcome = (await this.writeAll([change])).get(change.playerId);
    return outcome ?? 'moved';
  }

  /**
   * Records which board windows change, and writes the changes of players, together where they fit in one transaction. A player
   * whom another writer has changed is left out, and the others are written.
   *
   * @param changes of different players
   * @throws whatever the tables throw: it is unknown then what was written, and the players must be read again
   */
  async writeAll(changes: readonly PlayerChange[]): Promise<ReadonlyMap<string, WriteOutcome>> {
    const boardWindows = new Set(changes.flatMap(({ rows }) => rows.map(boardWindowOf)));
    if (boardWindows.size > 0) await this.#options.changes.record([...boardWindows]);
    const outcomes = new Map<string, WriteOutcome>();
    const together: PlayerChange[] = [];
    for (const change of changes) {
      const parts = partsOf(change);
      if (parts.length === 1) together.push(change);
      else outcomes.set(change.playerId, await this.#writeParts(parts));
    }
    for (const [playerId, outcome] of await this.#writeTogether(together)) {
      outcomes.set(playerId, outcome);
    }
    return outcomes;
  }

  async #writeParts(parts: readonly PlayerChange[]): Promise<WriteOutcome> {
    let state: PlayerState | undefined;
    for (const part of parts) {
      const change = state === undefined ? part : { ...part, state };
      const planned = this.#plan([change]);
      if ((await this.#send(planned)).length > 0) return 'moved';
      state = planned.states.get(part.playerId);
    }
    return 'written';
  }

  async #writeTogether(changes: readonly PlayerChange[]): Promise<Map<string, WriteOutcome>> {
    const outcomes = new Map<string, WriteOutcome>();
    let pending = changes.filter(isAnything);
    for (const { playerId } of changes) outcomes.set(playerId, 'written');
    while (pending.length > 0) {
      const planned = this.#plan(pending);
      if (pending.length > 1 && !fitsOneRequest(planned)) {
        const half = Math.ceil(pending.length / 2);
        for (const part of [pending.slice(0, half), pending.slice(half)]) {
          for (const [id, outcome] of await this.#writeTogether(part)) outcomes.set(id, outcome);
        }
        return outcomes;
      }
      let moved: string[];
      try {
        moved = await this.#send(planned);
      } catch (error) {
        // One player's item that DynamoDB does not accept must not hold up the others.
        if (!(error instanceof Error) || error.name !== 'ValidationException') throw error;
        if (pending.length === 1) throw error;
        return this.#writeEach(pending, outcomes);
      }
      if (moved.length === 0) return outcomes;
      for (const playerId of moved) outcomes.set(playerId, 'moved');
      pending = pending.filter(({ playerId }) => !moved.includes(playerId));
    }
    return outcomes;
  }

  async #writeEach(
    changes: readonly PlayerChange[],
    outcomes: Map<string, WriteOutcome>,
  ): Promise<Map<string, WriteOutcome>> {
    for (const change of changes) {
      const own = await this.#writeTogether([change]).catch(() => undefined);
      outcomes.set(change.playerId, own?.get(change.playerId) ?? 'moved');
    }
    return outcomes;
  }

  #plan(changes: readonly PlayerChange[]): PlannedTransaction {
    const { now, uniqueId } = this.#options;
    return planTransaction(changes, { now: now(), unique: uniqueId() });
  }

  /** @returns the players whom another writer has changed, or is changing; when there is one, nothing was written */
  async #send(planned: PlannedTransaction): Promise<string[]> {
    const { client, random, sleep, onLogged, uniqueId } = this.#options;
    const command = new TransactWriteCommand({
      // The client may send it again without knowing whether it was written.
      ClientRequestToken: uniqueId(),
      TransactItems: planned.actions.map((action) => this.#toTransactItem(action)),
    });
    for (let attempt = 1; ; attempt += 1) {
      try {
        await client.send(command);
        break;
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const moved = movedPlayers(error, planned.actions);
        if (moved.length > 0) return moved;
        if (!isThrottled(error) || attempt === MAX_ATTEMPTS) throw error;
        await sleep(backoffMs(attempt, random(), BACKOFF));
      }
    }
    for (const [playerId, { transaction }] of planned.states) {
      if (transaction) this.#remember(playerId, transaction.time);
    }
    await onLogged(planned.log);
    return [];
  }

  #toTransactItem({ table, write, condition }: Action) {
    const TableName = this.#tableName(table);
    return 'put' in write
      ? { Put: { TableName, Item: write.put, ...condition } }
      : { Delete: { TableName, Key: write.delete, ...condition } };
  }

  #tableName(table: Action['table']): string {
    return table === 'standings' ? this.#options.tableName : this.#options.ranksTableName;
  }

  #batchGet(keys: readonly Item[]): Promise<Item[]> {
    return batchGet(keys, { ...this.#options, consistentRead: true });
  }

  /**
   * Finds out whether everything that the player's last transaction wrote is visible, and waits for it.
   *
   * @returns `known`: it has been visible for a while; `confirmed`: it is now; `changed`: the player has been changed since it was read
   * @throws {UnsettledPlayerError}
   */
  async #settle(
    playerId: string,
    transaction: PlayerTransaction | undefined,
  ): Promise<'known' | 'confirmed' | 'changed'> {
    const { client, now, random, sleep } = this.#options;
    if (transaction === undefined) return 'known';
    if (this.#complete.get(playerId) === transaction.time) return 'known';
    if (now() - transaction.time >= OLD_AFTER_MS) return 'known';
    const gets = itemsOfTransaction(playerId, transaction).map(({ table, key }) => ({
      Get: { TableName: this.#tableName(table), Key: key },
    }));
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { Responses } = await client.send(new TransactGetCommand({ TransactItems: gets }));
        const main = Responses?.[0]?.Item;
        if (main === undefined || toPlayer(main).transaction.time !== transaction.time) {
          return 'changed';
        }
        this.#remember(playerId, transaction.time);
        return 'confirmed';
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        if (attempt === MAX_ATTEMPTS) throw new UnsettledPlayerError(playerId);
        await sleep(backoffMs(attempt, random(), BACKOFF));
      }
    }
  }

  #remember(playerId: string, time: number): void {
    this.#complete.delete(playerId);
    this.#complete.set(playerId, time);
    if (this.#complete.size <= MAX_REMEMBERED) return;
    const [oldest] = this.#complete.keys();
    if (oldest !== undefined) this.#complete.delete(oldest);
  }
}

/** The archived standings among those that will change: of periods before the present one of their kind. */
function archiveKeysOf(
  { playerId, standings }: PlayerKeys,
  present: ReadonlyMap<string, StandingRow> = new Map(),
): Item[] {
  const newest = new Map([...present.keys()].map((key) => [kindOfStanding(key), key]));
  return [...standings]
    .filter((key) => key < (newest.get(kindOfStanding(key)) ?? ''))
    .map((key) => standingsKey(playerId, key));
}

/** A player without updates and without anything stored needs no item. */
function isAnything({ rows, applied, state }: PlayerChange): boolean {
  return rows.length > 0 || applied !== undefined || state.applied !== undefined;
}

/** The players whose items made DynamoDB cancel a transaction. */
function movedPlayers(
  { CancellationReasons = [] }: TransactionCanceledException,
  actions: readonly Action[],
): string[] {
  const moved = actions.flatMap(({ playerId }, index) => {
    const code = CancellationReasons[index]?.Code;
    const hasMoved = code === 'ConditionalCheckFailed' || code === 'TransactionConflict';
    return hasMoved && playerId !== undefined ? playerId : [];
  });
  return [...new Set(moved)];
}

function isThrottled({ CancellationReasons = [] }: TransactionCanceledException): boolean {
  return CancellationReasons.some(
    ({ Code }) => Code === 'ThrottlingError' || Code === 'ProvisionedThroughputExceeded',
  );
}

function toState(items: readonly Item[]): PlayerState {
  const { main, standings } = toPlayerStandings(items);
  return { applied: main?.applied, transaction: main?.transaction, standings };
}
