import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { tableIdentity } from '@leaderboard/function';
import {
  boardDefinitionHash,
  boardsFor,
  fold,
  rankKey,
  rankPartition,
  windowsOf,
  type Board,
  type BoardDefinition,
  type Standing,
} from '@leaderboard/ranking';
import {
  boardKey,
  progressKey,
  snapshotKey,
  standingsKey,
  toAttributes,
  toCompletenessItem,
  toLedgerAttributes,
  toProgressItem,
  toRetryNoteItem,
  toStandingItem,
  type Attributes,
  type Item,
} from '@leaderboard/tables';

/** Physical names of the tables of one stack. */
export interface TableNames {
  readonly ledger: string;
  readonly standings: string;
  readonly snapshots: string;
}

/** An update as the tests write it. */
export interface TestUpdate {
  readonly player_id: string;
  readonly score: number;
  readonly occurred_at: string;
  readonly game_id: string;
}

const ITEMS_PER_REQUEST = 25;
/** 2026-11-21T10:00:00Z */
export const NOW_MS = 1_795_255_200_000;

/** Writes what processor, projector and snapshotter write. */
export class TestTables {
  readonly #client: DynamoDBClient;
  readonly #tables: TableNames;
  readonly #definitions: readonly BoardDefinition[];
  readonly #updates: TestUpdate[] = [];

  constructor(client: DynamoDBClient, tables: TableNames, definitions: readonly BoardDefinition[]) {
    this.#client = client;
    this.#tables = tables;
    this.#definitions = definitions;
  }

  /** Adds updates to the ledger and folds the players' whole ledger into standings, without a projector. */
  async play(updates: readonly TestUpdate[]): Promise<void> {
    this.#updates.push(...updates);
    const players = Map.groupBy(this.#updates, ({ player_id }) => player_id);
    const changed = new Set(updates.map(({ player_id }) => player_id));
    const histories = [...players].filter(([player]) => changed.has(player));
    await this.put(
      this.#tables.ledger,
      histories.flatMap(([, history]) => history.map(toLedgerItem)),
    );
    const standings = histories.flatMap(([, history]) => this.#foldAll(history));
    await this.put(this.#tables.standings, standings);
  }

  /** Registers boards, with the snapshotter's count of their players if it has counted them. */
  async registerBoards(boards: Readonly<Record<string, number | undefined>>): Promise<void> {
    await this.put(
      this.#tables.standings,
      Object.entries(boards).map(([id, players]) =>
        toAttributes({
          ...boardKey(id),
          ...(players !== undefined && { players, counted_at: new Date(NOW_MS).toISOString() }),
        }),
      ),
    );
  }

  async recordProgress(
    slot: number,
    recordedAt: number,
    lagMs: number,
    arrivalMs = 0,
  ): Promise<void> {
    await this.put(this.#tables.standings, [
      toAttributes(
        toProgressItem(slot, { recordedAt, ledgerTimestamp: recordedAt - lagMs, lagMs, arrivalMs }),
      ),
    ]);
  }

  /** Removes the note of {@link TestApi.create}. */
  async forgetProgress(): Promise<void> {
    await this.#remove(progressKey(0));
  }

  /** Records that the standings are complete for these definitions, as the rebuild does. */
  async recordCompleteness(
    definitions: readonly BoardDefinition[],
    ids: { ledger?: string; standings?: string } = {},
  ): Promise<void> {
    const hashes = definitions.map(boardDefinitionHash).toSorted();
    const idOf = (table: string) => tableIdentity(this.#client, table);
    await this.put(this.#tables.standings, [
      toAttributes(
        toCompletenessItem({
          projected: hashes,
          complete: hashes,
          tableIds: {
            ledger: ids.ledger ?? (await idOf(this.#tables.ledger)),
            standings: ids.standings ?? (await idOf(this.#tables.standings)),
          },
          settledAt: NOW_MS,
          rebuildRun: '',
          revision: 1,
        }),
      ),
    ]);
  }

  /** Records that updates of a player are being retried, as the projector does. */
  async recordRetry(ledgerTimestamp: number, until: number): Promise<void> {
    await this.put(this.#tables.standings, [
      toAttributes(toRetryNoteItem(7, { player: 'ada', ledgerTimestamp, until })),
    ]);
  }

  async putSnapshot(leaderboardId: string, asOf: string, item: Attributes): Promise<void> {
    await this.put(this.#tables.snapshots, [
      { ...toAttributes(snapshotKey(leaderboardId, asOf)), ...item },
    ]);
  }

  /** Gives a standing the hash of another definition. */
  async refoldUnder(hash: string, playerId: string, boardWindow: string): Promise<void> {
    await this.#client.send(
      new UpdateItemCommand({
        TableName: this.#tables.standings,
        Key: toAttributes(standingsKey(playerId, boardWindow)),
        UpdateExpression: 'SET definition_hash = :hash',
        ExpressionAttributeValues: { ':hash': { S: hash } },
      }),
    );
  }

  removeStanding(playerId: string, boardWindow: string): Promise<void> {
    return this.#remove(standingsKey(playerId, boardWindow));
  }

  async put(table: string, items: readonly Attributes[]): Promise<void> {
    for (let index = 0; index < items.length; index += ITEMS_PER_REQUEST) {
      const chunk = items.slice(index, index + ITEMS_PER_REQUEST);
      const requests = chunk.map((item) => ({ PutRequest: { Item: item } }));
      await this.#client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    }
  }

  async #remove(key: Item): Promise<void> {
    await this.#client.send(
      new DeleteItemCommand({ TableName: this.#tables.standings, Key: toAttributes(key) }),
    );
  }

  #foldAll(history: readonly TestUpdate[]): Attributes[] {
    const standings = new Map<string, { standing: Standing; board: Board }>();
    for (const [index, update] of history.entries()) {
      const versioned = { ...update, update_type: 'score_update', version: index + 1 };
      for (const board of boardsFor(versioned, this.#definitions)) {
        for (const key of windowsOf(board, update.occurred_at)) {
          const standing = fold(standings.get(key)?.standing, versioned, board.definition);
          standings.set(key, { standing, board });
        }
      }
    }
    return [...standings].map(([key, { standing, board }]) =>
      toStandingAttributes(key, standing, board),
    );
  }
}

function toStandingAttributes(
  board_window: string,
  standing: Standing,
  { id, definition }: Board,
): Attributes {
  return toAttributes(
    toStandingItem({
      ...standing,
      board_window,
      board_id: id,
      definition_hash: boardDefinitionHash(definition),
      rank_partition: rankPartition(board_window, standing.player_id, definition.shards),
      rank_key: rankKey(standing, definition),
    }),
  );
}

function toLedgerItem(update: TestUpdate, index: number): Attributes {
  return toLedgerAttributes({
    update: {
      ...update,
      event_id: `event-${index + 1}`,
      update_type: 'score_update',
      metadata: { secret: 'of the game alone' },
    },
    version: index + 1,
    timestamp: Date.parse(update.occurred_at) + index,
    processingTimestamp: NOW_MS / 1_000,
    messageId: 'message-of-the-queue',
    sequenceNumber: '1',
  });
}
