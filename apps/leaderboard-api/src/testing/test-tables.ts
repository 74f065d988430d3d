import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  UpdateItemCommand,
  type AttributeValue,
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
import type { Tables } from './dynamodb-engine.ts';

/** An update as the tests write it. */
export interface TestUpdate {
  readonly player_id: string;
  readonly score: number;
  readonly occurred_at: string;
  readonly game_id: string;
}

type Item = Record<string, AttributeValue>;

const ITEMS_PER_REQUEST = 25;
/** 2026-11-21T10:00:00Z */
export const NOW_MS = 1_795_255_200_000;

/** Writes what processor, projector and snapshotter would have written. */
export class TestTables {
  readonly #client: DynamoDBClient;
  readonly #tables: Tables;
  readonly #definitions: readonly BoardDefinition[];
  readonly #updates: TestUpdate[] = [];

  constructor(client: DynamoDBClient, tables: Tables, definitions: readonly BoardDefinition[]) {
    this.#client = client;
    this.#tables = tables;
    this.#definitions = definitions;
  }

  /** Adds updates to the ledger and folds the whole of it into standings, without a projector. */
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

  /** The boards that are registered, with the snapshotter's count of their players if it has been there. */
  async registerBoards(boards: Readonly<Record<string, number | undefined>>): Promise<void> {
    await this.put(
      this.#tables.standings,
      Object.entries(boards).map(([id, players]) => ({
        player_id: { S: '#boards' },
        board_window: { S: id },
        ...(players !== undefined && {
          players: { N: String(players) },
          counted_at: { S: new Date(NOW_MS).toISOString() },
        }),
      })),
    );
  }

  async recordProgress(
    slot: number,
    recordedAt: number,
    lagMs: number,
    arrivalMs = 0,
  ): Promise<void> {
    await this.put(this.#tables.standings, [
      {
        player_id: { S: '#progress' },
        board_window: { S: `slot-0${slot}` },
        recorded_at: { N: String(recordedAt) },
        ledger_timestamp: { N: String(recordedAt - lagMs) },
        lag_ms: { N: String(lagMs) },
        arrival_ms: { N: String(arrivalMs) },
      },
    ]);
  }

  /** Takes away the note of {@link TestApi.create}. */
  async forgetProgress(): Promise<void> {
    await this.removeStanding('#progress', 'slot-00');
  }

  /** Notes the standings as complete for these definitions, as the rebuild does. */
  async recordCompleteness(
    definitions: readonly BoardDefinition[],
    ids: { ledger?: string; standings?: string } = {},
  ): Promise<void> {
    const idOf = (table: string) => tableIdentity(this.#client, table);
    await this.put(this.#tables.standings, [
      {
        player_id: { S: '#progress' },
        board_window: { S: 'complete' },
        complete_hashes: { S: definitions.map(boardDefinitionHash).toSorted().join(',') },
        ledger_table_id: { S: ids.ledger ?? (await idOf(this.#tables.ledger)) },
        standings_table_id: { S: ids.standings ?? (await idOf(this.#tables.standings)) },
      },
    ]);
  }

  /** Notes that records of a player are being retried, as the projector does. */
  async recordRetry(ledgerTimestamp: number, until: number): Promise<void> {
    await this.put(this.#tables.standings, [
      {
        player_id: { S: '#progress' },
        board_window: { S: 'retry-07' },
        ledger_timestamp: { N: String(ledgerTimestamp) },
        until: { N: String(until) },
      },
    ]);
  }

  async putSnapshot(leaderboardId: string, asOf: string, item: Item): Promise<void> {
    await this.put(this.#tables.snapshots, [
      { leaderboard_id: { S: leaderboardId }, as_of: { S: asOf }, ...item },
    ]);
  }

  /** Makes a standing one of another definition. */
  async refoldUnder(hash: string, playerId: string, boardWindow: string): Promise<void> {
    await this.#client.send(
      new UpdateItemCommand({
        TableName: this.#tables.standings,
        Key: { player_id: { S: playerId }, board_window: { S: boardWindow } },
        UpdateExpression: 'SET definition_hash = :hash',
        ExpressionAttributeValues: { ':hash': { S: hash } },
      }),
    );
  }

  async removeStanding(playerId: string, boardWindow: string): Promise<void> {
    await this.#client.send(
      new DeleteItemCommand({
        TableName: this.#tables.standings,
        Key: { player_id: { S: playerId }, board_window: { S: boardWindow } },
      }),
    );
  }

  async put(table: string, items: readonly Item[]): Promise<void> {
    for (let index = 0; index < items.length; index += ITEMS_PER_REQUEST) {
      const chunk = items.slice(index, index + ITEMS_PER_REQUEST);
      const requests = chunk.map((item) => ({ PutRequest: { Item: item } }));
      await this.#client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    }
  }

  #foldAll(history: readonly TestUpdate[]): Item[] {
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
    return [...standings].map(([key, { standing, board }]) => toStandingItem(key, standing, board));
  }
}

/** The item as `apps/standings` writes it. */
function toStandingItem(boardWindow: string, standing: Standing, { id, definition }: Board): Item {
  const { player_id, score, updates, achieved_at, version } = standing;
  return {
    player_id: { S: player_id },
    board_window: { S: boardWindow },
    board_id: { S: id },
    score: { N: score },
    rank_partition: { S: rankPartition(boardWindow, player_id, definition.shards) },
    rank_key: { S: rankKey(standing, definition) },
    updates: { N: String(updates) },
    achieved_at: { S: achieved_at },
    version: { N: String(version) },
    definition_hash: { S: boardDefinitionHash(definition) },
  };
}

function toLedgerItem(update: TestUpdate, index: number): Item {
  return {
    player_id: { S: update.player_id },
    timestamp: { N: String(Date.parse(update.occurred_at) + index) },
    event_id: { S: `event-${index + 1}` },
    game_id: { S: update.game_id },
    score: { N: String(update.score) },
    update_type: { S: 'score_update' },
    occurred_at: { S: update.occurred_at },
    metadata: { M: { secret: { S: 'of the game alone' } } },
    processing_timestamp: { N: '1795255200' },
    message_id: { S: 'message-of-the-queue' },
    version: { N: String(index + 1) },
    sequence_number: { S: '00000000000000000001' },
  };
}
