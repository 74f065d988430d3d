import type { KeysQuery, Place, RankIndex } from './rank-index.ts';

/** Keys requested of a partition beyond an even share, because players are not spread evenly. */
const SPARE_KEYS = 8;

export interface MergedKeysQuery extends Pick<KeysQuery, 'direction' | 'beyond' | 'limit'> {
  readonly partitions: readonly string[];
}

/**
 * The next keys of a board over all partitions of its index, in the order of reading. Each partition is read by about
 * its share, and again when that is used up, so that many shards do not each read a whole page.
 *
 * @returns fewer keys than the limit only when there are no more.
 * @example await mergedKeys(index, { partitions: rankPartitions('GLOBAL#all_time', 3), direction: 'forward', limit: 100 })
 */
export async function mergedKeys(
  index: RankIndex,
  { partitions, direction, beyond, limit }: MergedKeysQuery,
): Promise<Place[]> {
  const share = Math.ceil(limit / partitions.length);
  const chunk = partitions.length === 1 ? limit : Math.min(limit, share + SPARE_KEYS);
  const sources = partitions.map(
    (partition) => new KeySource(index, partition, direction, chunk, beyond),
  );
  const isBefore =
    direction === 'forward'
      ? (a: Place, b: Place) => a.rank_key < b.rank_key
      : (a: Place, b: Place) => a.rank_key > b.rank_key;

  const merged: Place[] = [];
  while (merged.length < limit) {
    await Promise.all(sources.map((source) => source.refill()));
    const next = sources
      .filter(({ head }) => head !== undefined)
      .reduce<KeySource | undefined>(
        (best, source) =>
          best?.head === undefined || (source.head && isBefore(source.head, best.head))
            ? source
            : best,
        undefined,
      );
    const key = next?.take();
    if (key === undefined) break;
    merged.push(key);
  }
  return merged;
}

/** The keys of one partition, read in chunks. */
class KeySource {
  readonly #index: RankIndex;
  readonly #partition: string;
  readonly #direction: KeysQuery['direction'];
  readonly #chunk: number;
  #beyond: string | undefined;
  #keys: Place[] = [];
  #position = 0;
  #isExhausted = false;

  constructor(
    index: RankIndex,
    partition: string,
    direction: KeysQuery['direction'],
    chunk: number,
    beyond: string | undefined,
  ) {
    this.#index = index;
    this.#partition = partition;
    this.#direction = direction;
    this.#chunk = chunk;
    this.#beyond = beyond;
  }

  get head(): Place | undefined {
    return this.#keys[this.#position];
  }

  take(): Place | undefined {
    return this.#keys[this.#position++];
  }

  async refill(): Promise<void> {
    if (this.head !== undefined || this.#isExhausted) return;
    this.#keys = await this.#index.keys({
      partition: this.#partition,
      direction: this.#direction,
      beyond: this.#beyond,
      limit: this.#chunk,
    });
    this.#position = 0;
    this.#isExhausted = this.#keys.length < this.#chunk;
    this.#beyond = this.#keys.at(-1)?.rank_key;
  }
}
