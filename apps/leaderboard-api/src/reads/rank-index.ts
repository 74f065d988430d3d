import { QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { text, textOf, type Item } from './attributes.ts';
import type { ReadMeter } from './read-meter.ts';
import { RequestGate } from './request-gate.ts';

/** The place of one player in a partition of the index. */
export interface RankedKey {
  readonly rankKey: string;
  readonly playerId: string;
}

/** Part of a partition by rank key: `from` (inclusive) up to `below` (exclusive), or everything after `after`. */
export type KeyRange =
  { readonly from?: string; readonly below?: string } | { readonly after: string };

export interface KeysQuery {
  readonly partition: string;
  readonly direction: 'forward' | 'backward';
  /** Start behind this key in the direction of reading. */
  readonly beyond?: string | undefined;
  readonly limit: number;
}

export interface RankIndexOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly indexName: string;
  readonly meter: ReadMeter;
}

/** Concurrent queries, below the 50 sockets of the SDK: 100 friends on a board of 64 shards need 6,464. */
const MAX_PARALLEL_QUERIES = 40;

/** Greater than every character of a rank key, which are ASCII. */
const ABOVE_ALL = '\u{10FFFF}';

/**
 * The index `by_rank` of the standings table: the keys of a partition, ascending, are its ranks from 1 on. Reads are
 * eventually consistent, as on every global secondary index.
 */
export class RankIndex {
  readonly #options: RankIndexOptions;
  readonly #gate = new RequestGate(MAX_PARALLEL_QUERIES);

  constructor(options: RankIndexOptions) {
    this.#options = options;
  }

  /** Fewer keys than the limit mean that there are no more. */
  async keys({ partition, direction, beyond, limit }: KeysQuery): Promise<RankedKey[]> {
    const isForward = direction === 'forward';
    const condition = beyond === undefined ? '' : ` AND rank_key ${isForward ? '>' : '<'} :beyond`;
    const keys: RankedKey[] = [];
    let start: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#query({
        KeyConditionExpression: `rank_partition = :partition${condition}`,
        ExpressionAttributeValues: {
          ':partition': text(partition),
          ...(beyond !== undefined && { ':beyond': text(beyond) }),
        },
        ScanIndexForward: isForward,
        Limit: limit - keys.length,
        ExclusiveStartKey: start,
      });
      for (const item of Items) {
        keys.push({ rankKey: textOf(item, 'rank_key'), playerId: textOf(item, 'player_id') });
      }
      start = LastEvaluatedKey;
    } while (start !== undefined && keys.length < limit);
    return keys;
  }

  /** Counts the keys of a range, leaving out those of the players in `except`. */
  async count(partition: string, range: KeyRange, except: readonly string[] = []): Promise<number> {
    const { condition, values } = keyCondition(range);
    const exceptions = Object.fromEntries(except.map((id, index) => [`:p${index}`, text(id)]));
    let count = 0;
    let start: Item | undefined;
    do {
      const { Count = 0, LastEvaluatedKey } = await this.#query({
        Select: 'COUNT',
        KeyConditionExpression: `rank_partition = :partition${condition}`,
        ...(except.length > 0 && {
          FilterExpression: `NOT player_id IN (${Object.keys(exceptions).join(', ')})`,
        }),
        ExpressionAttributeValues: { ':partition': text(partition), ...values, ...exceptions },
        ExclusiveStartKey: start,
      });
      count += Count;
      start = LastEvaluatedKey;
    } while (start !== undefined);
    return count;
  }

  /** Whether a partition lists this key. */
  async has(partition: string, rankKey: string): Promise<boolean> {
    const { Count = 0 } = await this.#query({
      Select: 'COUNT',
      KeyConditionExpression: 'rank_partition = :partition AND rank_key = :key',
      ExpressionAttributeValues: { ':partition': text(partition), ':key': text(rankKey) },
    });
    return Count > 0;
  }

  async #query(input: Partial<QueryCommand['input']>) {
    const { client, tableName, indexName, meter } = this.#options;
    const command = new QueryCommand({
      TableName: tableName,
      IndexName: indexName,
      ReturnConsumedCapacity: 'TOTAL',
      ...input,
    });
    const output = await this.#gate.pass(() => client.send(command));
    meter.add(output.ConsumedCapacity?.CapacityUnits);
    return output;
  }
}

/** A query takes one condition on the sort key, and `BETWEEN` includes both ends. */
function keyCondition(range: KeyRange): { condition: string; values: Item } {
  if ('after' in range) {
    return { condition: ' AND rank_key > :after', values: { ':after': text(range.after) } };
  }
  const { from, below } = range;
  if (from !== undefined && below !== undefined) {
    return {
      condition: ' AND rank_key BETWEEN :from AND :to',
      values: { ':from': text(from), ':to': text(justBelow(below)) },
    };
  }
  if (below !== undefined) {
    return { condition: ' AND rank_key < :below', values: { ':below': text(below) } };
  }
  if (from !== undefined) {
    return { condition: ' AND rank_key >= :from', values: { ':from': text(from) } };
  }
  return { condition: '', values: {} };
}

/** A string less than this key and greater than every rank key that is less than it. */
function justBelow(key: string): string {
  const last = key.charCodeAt(key.length - 1);
  return `${key.slice(0, -1)}${String.fromCharCode(last - 1)}${ABOVE_ALL}`;
}
