import {
  queryOf,
  RANK_INDEX,
  STANDINGS_TABLE,
  toRankedKey,
  type RankedKey,
  type SortKeyRange,
} from '@leaderboard/tables';
import type { TableClient } from './table-client.ts';

/** Part of a partition by rank key: `from` (inclusive) up to `below` (exclusive), or everything after `after`. */
export type KeyRange =
  { readonly from?: string; readonly below?: string } | { readonly after: string };

/** A player's place in the index. */
export type Place = Pick<RankedKey, 'player_id' | 'rank_key'>;

export interface KeysQuery {
  readonly partition: string;
  readonly direction: 'forward' | 'backward';
  /** Start behind this key in the direction of reading. */
  readonly beyond?: string | undefined;
  readonly limit: number;
}

export interface RankIndexOptions {
  readonly client: TableClient;
  readonly tableName: string;
  readonly indexName: string;
}

/** Greater than every character of a rank key, which are ASCII. */
const ABOVE_ALL = '\u{10FFFF}';

/**
 * The rank index of the standings table: the keys of a partition, ascending, are its ranks from 1 on. Reads are
 * eventually consistent, as on every global secondary index.
 */
export class RankIndex {
  readonly #options: RankIndexOptions;

  constructor(options: RankIndexOptions) {
    this.#options = options;
  }

  /** Fewer keys than the limit mean that there are no more. */
  async keys({ partition, direction, beyond, limit }: KeysQuery): Promise<Place[]> {
    const isForward = direction === 'forward';
    const range =
      beyond === undefined ? undefined : isForward ? { above: beyond } : { below: beyond };
    const query = { ...this.#query(partition, range), ScanIndexForward: isForward };
    return (await this.#options.client.query(query, limit)).map(toRankedKey);
  }

  /** Counts the keys of a range, leaving out those of the players in `except`. */
  count(partition: string, range: KeyRange, except: readonly string[] = []): Promise<number> {
    const query = this.#query(partition, sortKeyRange(range));
    if (except.length === 0) return this.#options.client.count(query);
    const exceptions = Object.fromEntries(except.map((id, index) => [`:p${index}`, id]));
    const player = STANDINGS_TABLE.partitionKey.name;
    return this.#options.client.count({
      ...query,
      FilterExpression: `NOT ${player} IN (${Object.keys(exceptions).join(', ')})`,
      ExpressionAttributeValues: { ...query.ExpressionAttributeValues, ...exceptions },
    });
  }

  /** Whether a partition lists this key. */
  async has(partition: string, rankKey: string): Promise<boolean> {
    return (await this.#options.client.count(this.#query(partition, { is: rankKey }))) > 0;
  }

  #query(partition: string, sortKey: SortKeyRange | undefined) {
    const { tableName, indexName } = this.#options;
    return {
      TableName: tableName,
      ...queryOf(RANK_INDEX, partition, { sortKey }),
      IndexName: indexName,
    };
  }
}

/** A query takes one condition on the sort key, and a range with two ends includes both. */
function sortKeyRange(range: KeyRange): SortKeyRange | undefined {
  if ('after' in range) return { above: range.after };
  const { from, below } = range;
  if (from === undefined) return below === undefined ? undefined : { below };
  return { from, ...(below !== undefined && { to: justBelow(below) }) };
}

/** A string less than this key and greater than every rank key that is less than it. */
function justBelow(key: string): string {
  const last = key.charCodeAt(key.length - 1);
  return `${key.slice(0, -1)}${String.fromCharCode(last - 1)}${ABOVE_ALL}`;
}
