import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

import type { StreamRecord } from './stream-record.ts';

/** One record on its way to the target. */
export interface Delivery {
  readonly record: StreamRecord;
  /** Differs from the deduplication id of the first delivery when the queue has forgotten that one. */
  readonly deduplicationSuffix: string;
}

/** One record in so many is delivered again. */
const REPEAT_ONE_IN = 8;
/** A repeat comes after at most so many further batches. */
const LATEST_REPEAT_BATCHES = 20;

export function inOrderOnce(record: StreamRecord): Delivery {
  return { record, deduplicationSuffix: '' };
}

/**
 * What a pipe may do to its records, done often and by a seed:
 *
 * - Records of different items that are in a batch change places. DynamoDB Streams keeps the order of one item only, and
 *   the records of one transaction have none among themselves.
 * - A batch that failed is sent again, when its first attempt may have reached the queue. Within 5 minutes the queue drops such
 *   repeats; later ones it does not. These repeats are later ones: they carry a deduplication id of their own.
 */
export class PipeChaos {
  readonly #random: RandomGenerator;
  readonly #repeats: { readonly delivery: Delivery; readonly batch: number }[] = [];
  #batches = 0;

  constructor(seed: number) {
    this.#random = xoroshiro128plus(seed);
  }

  /** The deliveries in place of a batch: its records in another order, and repeats of earlier ones that are due. */
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

  /** Repeats that are left when no more records come. */
  rest(): Delivery[] {
    return this.#take(() => true);
  }

  #take(isDue: (batch: number) => boolean): Delivery[] {
    const due = this.#repeats.filter(({ batch }) => isDue(batch));
    for (const repeat of due) this.#repeats.splice(this.#repeats.indexOf(repeat), 1);
    return due.map(({ delivery }) => delivery);
  }

  /** Shuffles places, then puts the records of one item back into their order among the places that fell to it. */
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
