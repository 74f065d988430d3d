import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  PutCommand,
  QueryCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import {
  appliedKey,
  APPLIED_SORT_KEY,
  batchGet,
  ifAbsent,
  ifAppliedIs,
  ifStandingIs,
  partitionOf,
  queryOf,
  STANDINGS_TABLE,
  standingsSortKey,
  standingsKey,
  toApplied,
  toAppliedItem,
  toStandingItem,
  toStandingRow,
  type Item,
  type StandingRow,
  type WriteCondition,
} from '@leaderboard/tables';
import {
  boardWindowOf,
  NO_STATE,
  type PlayerChange,
  type PlayerState,
  type RowWrite,
} from '../fold/player-change.ts';
import type { ChangeRecorder } from './change-recorder.ts';

/** Writes of one player under way at the same time: a refold may have hundreds of past windows to write. */
const MAX_PARALLEL_WRITES = 16;

/** What is to be read of one player. */
export interface PlayerKeys {
  readonly playerId: string;
  readonly boardWindows: ReadonlySet<string>;
}

/** `moved`: another writer has changed something since it was read. What was written before that stays, and is correct. */
export type WriteOutcome = 'written' | 'moved';

export interface StandingsStoreOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly changes: ChangeRecorder;
  readonly sleep: (ms: number) => Promise<void>;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/**
 * The standings of players. Every read is strongly consistent. Writes are conditional, with `#applied` last, and not one
 * transaction: that would cost twice the write units, and the version in each standing makes a repetition after a crash
 * safe without it.
 */
export class StandingsStore {
  readonly #options: StandingsStoreOptions;

  constructor(options: StandingsStoreOptions) {
    this.#options = options;
  }

  /** `#applied` and the named standings of each player, for any number of players in as few requests as possible. */
  async readKeys(players: readonly PlayerKeys[]): Promise<ReadonlyMap<string, PlayerState>> {
    const keys = players.flatMap(({ playerId, boardWindows }) =>
      [APPLIED_SORT_KEY, ...boardWindows].map((sortKey) => standingsKey(playerId, sortKey)),
    );
    const items = await batchGet(keys, { ...this.#options, consistentRead: true });
    const byPlayer = Map.groupBy(items, (item) => partitionOf(item, STANDINGS_TABLE));
    return new Map(
      players.map(({ playerId }) => [playerId, toPlayerState(byPlayer.get(playerId) ?? [])]),
    );
  }

  /** `#applied` and every standing of the player, those of past windows included. */
  async readPlayer(playerId: string): Promise<PlayerState> {
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
    return toPlayerState(items);
  }

  /**
   * Records which board windows change, writes the rows, each on the condition that it still is what was read, and moves
   * `#applied` last, on the same condition. A crash at any point leaves standings that a repetition completes.
   */
  async write({ playerId, rows, applied }: PlayerChange): Promise<WriteOutcome> {
    if (rows.length > 0) await this.#options.changes.record(rows.map(boardWindowOf));
    for (let index = 0; index < rows.length; index += MAX_PARALLEL_WRITES) {
      const chunk = rows.slice(index, index + MAX_PARALLEL_WRITES);
      // Settled and not raced: nothing of this change may still be under way when the player is read again.
      const results = await Promise.allSettled(chunk.map((row) => this.#writeRow(row)));
      const outcomes = results.map((result) => {
        if (result.status === 'rejected') throw result.reason;
        return result.value;
      });
      if (outcomes.includes('moved')) return 'moved';
    }
    return this.#writeApplied(playerId, applied);
  }

  async #writeApplied(
    playerId: string,
    { next, present }: PlayerChange['applied'],
  ): Promise<WriteOutcome> {
    if (next) return this.#put(toAppliedItem(playerId, next), present && ifAppliedIs(present));
    if (present) return this.#delete(appliedKey(playerId), ifAppliedIs(present));
    return 'written';
  }

  async #writeRow(write: RowWrite): Promise<WriteOutcome> {
    if (write.kind === 'put') {
      return this.#put(toStandingItem(write.row), write.present && ifStandingIs(write.present));
    }
    const { player_id, board_window } = write.present;
    return this.#delete(standingsKey(player_id, board_window), ifStandingIs(write.present));
  }

  async #put(
    item: Item,
    condition: WriteCondition = ifAbsent(STANDINGS_TABLE),
  ): Promise<WriteOutcome> {
    const { client, tableName } = this.#options;
    return unlessMoved(
      client.send(new PutCommand({ TableName: tableName, Item: item, ...condition })),
    );
  }

  async #delete(key: Item, condition: WriteCondition): Promise<WriteOutcome> {
    const { client, tableName } = this.#options;
    return unlessMoved(
      client.send(new DeleteCommand({ TableName: tableName, Key: key, ...condition })),
    );
  }
}

async function unlessMoved(request: Promise<unknown>): Promise<WriteOutcome> {
  try {
    await request;
    return 'written';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'moved';
    throw error;
  }
}

function toPlayerState(items: readonly Item[]): PlayerState {
  const standings = new Map<string, StandingRow>();
  let { applied } = NO_STATE;
  for (const item of items) {
    const boardWindow = standingsSortKey(item);
    if (boardWindow === APPLIED_SORT_KEY) applied = toApplied(item);
    else standings.set(boardWindow, toStandingRow(item));
  }
  return { applied, standings };
}
