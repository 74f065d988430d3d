/** The place of one player in a partition of the index. */
export interface RankedKey {
  readonly rankKey: string;
  readonly playerId: string;
}

/** Part of a partition, by rank key: from here on (inclusive), up to below here (exclusive), or all after here. */
export type KeyRange =
  { readonly from?: string; readonly below?: string } | { readonly after: string };

export interface KeysQuery {
  readonly partition: string;
  readonly direction: 'forward' | 'backward';
  /** Start behind this key in the direction of reading. */
  readonly beyond?: string | undefined;
  readonly limit: number;
}

/**
 * The index `by_rank`: the keys of a partition, ascending, are its ranks from 1 on. Reads are eventually consistent,
 * as those of every global secondary index.
 */
export interface RankIndex {
  /** Fewer keys than the limit mean that there are no more. */
  keys(query: KeysQuery): Promise<RankedKey[]>;
  /** Counts the keys of a range, those of the players in `except` left out. */
  count(partition: string, range: KeyRange, except?: readonly string[]): Promise<number>;
  /** Whether a partition lists this key. */
  has(partition: string, rankKey: string): Promise<boolean>;
}
