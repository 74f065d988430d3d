import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

import type { StreamRecord } from './stream-record.ts';

/** One delivery of a record to the target. */
export interface Delivery {
  readonly record: StreamRecord;
  /** Added to the deduplication id; empty for the first delivery, so that the queue does not drop the repeat. */
  readonly deduplicationSuffix: string;
}

/** One in so many records is delivered again. */
const REPEAT_ONE_IN = 8;
/** A repeat follows within so many batches. */
const LATEST_REPEAT_BATCHES = 20;

export function inOrderOnce(record: StreamRecord): Delivery {
  return { record, deduplicationSuffix: '' };
}

/**
 * Does often, and reproducibly by a seed, what a pipe may do to its records:
 *
 * - Records of different items in a batch change places. DynamoDB Streams keeps the order of one item only, and the
 *   records of one transaction have no order among themselves.
 * - A failed batch is sent again, although its first attempt may have reached the queue. The queue drops such repeats
 *   within 5 minutes. These repeats stand for later ones: they have another deduplication id.
 */
export class PipeChaos {
  readonly #random: RandomGenerator;
  readonly #repeats: { readonly delivery: Delivery; readonly batch: number }[] = [];
  #batches = 0;

  constructor(seed: number) {
    this.#random = xoroshiro128plus(seed);
  }

  /** The deliveries for a batch: its records in another order, and the repeats of earlier records that are due. */
  disturb(batch: readonly StreamRecord[]): Delivery[] {
    this.#batches += 1;
    for (const record of batch) {
      if (this.#below(REPEAT_ONE_IN) !== 0) continue;
      this.#repeats.push({
        delivery: { record, deduplicationSuffix: `-repeat-${String(this.#batches)}` },
        batch: this.#batches + 1 + this.#below(LATEST_REPEAT_BATCHES),
      });
    }
    return [
      ...this.#shuffled(batch).map(inOrderOnce),
      ...this.#take((due) => due <= this.#batches),
    ];
  }

  /** The remaining repeats, when there are no more records. */
  rest(): Delivery[] {
    return this.#take(() => true);
  }

  #take(isDue: (batch: number) => boolean): Delivery[] {
    const due = this.#repeats.filter(({ batch }) => isDue(batch));
    for (const repeat of due) this.#repeats.splice(this.#repeats.indexOf(repeat), 1);
    return due.map(({ delivery }) => delivery);
  }

  /** Shuffles the records, then restores the order of each item's records among their places. */
  #shuffled(batch: readonly StreamRecord[]): StreamRecord[] {
    const places = [...batch];
    for (let index = places.length - 1; index > 0; index -= 1) {
      const other = this.#below(index + 1);
      [places[index], places[other]] = [
        places[other] as StreamRecord,
        places[index] as StreamRecord,
      ];
    }
    const inOrder = Map.groupBy(batch, itemOf);
    return places.map((record) => inOrder.get(itemOf(record))?.shift() ?? record);
  }

  #below(limit: number): number {
    return uniformInt(this.#random, 0, limit - 1);
  }
}

function itemOf(record: StreamRecord): string {
  return JSON.stringify(Object.entries(record.dynamodb.Keys).sort());
}
