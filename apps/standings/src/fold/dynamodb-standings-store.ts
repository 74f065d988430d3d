import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  QueryCommand,
  type DynamoDBClient,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Announcer } from './announcer.ts';
import { boardWindowOf, type PlayerChange, type RowWrite } from './player-change.ts';
import type { PlayerKeys, StandingsStore, WriteOutcome } from './standings-store.ts';
import { number, text, textOf, type Item } from '../table/attributes.ts';
import { batchGet } from '../table/batch-get.ts';
import {
  APPLIED_SORT_KEY,
  standingKey,
  toApplied,
  toAppliedItem,
  toStandingItem,
  toStandingRow,
} from '../table/standing-item.ts';
import {
  NO_STATE,
  type Applied,
  type PlayerState,
  type StandingRow,
} from '../table/standing-row.ts';

/** Writes of one player under way at the same time: a refold may have hundreds of past windows to write. */
const MAX_PARALLEL_WRITES = 16;

export interface DynamoDbStandingsStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly announcer: Announcer;
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Standings in DynamoDB. Conditional writes with `#applied` last, and not one transaction: that would cost twice the
 * write units, and the version in each standing makes a repetition after a crash safe without it.
 */
export class DynamoDbStandingsStore implements StandingsStore {
  readonly #options: DynamoDbStandingsStoreOptions;

  constructor(options: DynamoDbStandingsStoreOptions) {
    this.#options = options;
  }

  async readKeys(players: readonly PlayerKeys[]): Promise<ReadonlyMap<string, PlayerState>> {
    const keys = players.flatMap(({ playerId, boardWindows }) =>
      [APPLIED_SORT_KEY, ...boardWindows].map((sortKey) => standingKey(playerId, sortKey)),
    );
    const items = await batchGet(keys, { ...this.#options, consistentRead: true });
    const byPlayer = Map.groupBy(items, (item) => textOf(item, 'player_id'));
    return new Map(
      players.map(({ playerId }) => [playerId, toPlayerState(byPlayer.get(playerId) ?? [])]),
    );
  }

  async readPlayer(playerId: string): Promise<PlayerState> {
    const items: Item[] = [];
    let start: Item | undefined;
    do {
      const page = await this.#options.client.send(
        new QueryCommand({
          TableName: this.#options.tableName,
          ConsistentRead: true,
          KeyConditionExpression: 'player_id = :player',
          ExpressionAttributeValues: { ':player': text(playerId) },
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return toPlayerState(items);
  }

  async write({ playerId, rows, applied }: PlayerChange): Promise<WriteOutcome> {
    if (rows.length > 0) await this.#options.announcer.announce(rows.map(boardWindowOf));
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
    if (next) return this.#put(toAppliedItem(playerId, next), present && appliedIs(present));
    if (present) return this.#delete(standingKey(playerId, APPLIED_SORT_KEY), appliedIs(present));
    return 'written';
  }

  async #writeRow(write: RowWrite): Promise<WriteOutcome> {
    if (write.kind === 'put') {
      return this.#put(toStandingItem(write.row), write.present && rowIs(write.present));
    }
    const { player_id, board_window } = write.present;
    return this.#delete(standingKey(player_id, board_window), rowIs(write.present));
  }

  async #put(item: Item, condition: Condition = NOT_THERE): Promise<WriteOutcome> {
    return unlessMoved(
      this.#options.client.send(
        new PutItemCommand({ TableName: this.#options.tableName, Item: item, ...condition }),
      ),
    );
  }

  async #delete(key: Item, condition: Condition): Promise<WriteOutcome> {
    return unlessMoved(
      this.#options.client.send(
        new DeleteItemCommand({ TableName: this.#options.tableName, Key: key, ...condition }),
      ),
    );
  }
}

type Condition = Pick<
  PutItemCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

const NOT_THERE: Condition = { ConditionExpression: 'attribute_not_exists(player_id)' };

function rowIs({ version, definition_hash }: StandingRow): Condition {
  return versionIs(version, 'definition_hash', definition_hash);
}

function appliedIs({ version, definition_hashes }: Applied): Condition {
  return versionIs(version, 'definition_hashes', definition_hashes);
}

/** The hash belongs to the condition: under another definition the same version is another state. */
function versionIs(version: number, hashAttribute: string, hash: string): Condition {
  return {
    ConditionExpression: '#version = :version AND #hash = :hash',
    ExpressionAttributeNames: { '#version': 'version', '#hash': hashAttribute },
    ExpressionAttributeValues: { ':version': number(version), ':hash': text(hash) },
  };
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
    const boardWindow = textOf(item, 'board_window');
    if (boardWindow === APPLIED_SORT_KEY) applied = toApplied(item);
    else standings.set(boardWindow, toStandingRow(item));
  }
  return { applied, standings };
}
