import { describe, expect, test } from '@jest/globals';

import { PipeChaos, type Delivery } from './pipe-chaos.ts';
import type { StreamRecord } from './stream-record.ts';

/** A change of an item; its number counts the changes of the whole stream. */
function change(item: string, number: number): StreamRecord {
  return {
    eventID: `event-${String(number)}`,
    eventName: 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-west-1',
    dynamodb: {
      ApproximateCreationDateTime: 0,
      Keys: { id: { S: item } },
      SequenceNumber: String(number),
    },
    eventSourceARN: 'arn',
  };
}

/** 40 batches of 10 changes, to 4 items in turn. */
const BATCHES = Array.from({ length: 40 }, (_, batch) =>
  Array.from({ length: 10 }, (_, index) => change(`item-${String(index % 4)}`, batch * 10 + index)),
);

function disturbed(seed: number): Delivery[] {
  const chaos = new PipeChaos(seed);
  return [...BATCHES.flatMap((batch) => chaos.disturb(batch)), ...chaos.rest()];
}

const firstDeliveries = (seed: number) =>
  disturbed(seed).filter(({ deduplicationSuffix }) => deduplicationSuffix === '');
const numbersOf = (deliveries: readonly Delivery[]) =>
  deliveries.map(({ record }) => Number(record.dynamodb.SequenceNumber));

describe.each([1, 2, 3])('pipe chaos with seed %i', (seed) => {
  test('delivers every record, out of order, but those of one item in order', () => {
    const numbers = numbersOf(firstDeliveries(seed));
    const inOrder = BATCHES.flat().map((_, index) => index);
    expect(numbers).not.toEqual(inOrder);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(inOrder);
    for (const item of ['item-0', 'item-1', 'item-2', 'item-3']) {
      const ofItem = numbersOf(
        firstDeliveries(seed).filter(
          ({ record }) =>
            JSON.stringify(record.dynamodb.Keys) === JSON.stringify({ id: { S: item } }),
        ),
      );
      expect(ofItem).toEqual(ofItem.toSorted((a, b) => a - b));
    }
  });

  test('repeats some records later, under another deduplication id', () => {
    const deliveries = disturbed(seed);
    const repeats = deliveries.filter(({ deduplicationSuffix }) => deduplicationSuffix !== '');
    expect(repeats.length).toBeGreaterThan(20);
    const ids = deliveries.map(
      ({ record, deduplicationSuffix }) => record.eventID + deduplicationSuffix,
    );
    expect(new Set(ids).size).toBe(ids.length);
    for (const repeat of repeats) {
      const first = deliveries.findIndex(({ record }) => record === repeat.record);
      expect(first).toBeLessThan(deliveries.indexOf(repeat));
    }
  });

  test('delivers the same for the same seed', () => {
    expect(disturbed(seed)).toEqual(disturbed(seed));
    expect(numbersOf(disturbed(seed))).not.toEqual(numbersOf(disturbed(seed + 10)));
  });
});
