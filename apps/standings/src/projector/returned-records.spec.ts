import { expect, test } from '@jest/globals';
import { eventRecord, ledgerUpdate, received } from '../testing/test-ledger.ts';
import { returnRecords } from './returned-records.ts';

const record = eventRecord(ledgerUpdate('ada', 1));

test('pauses double from 2 s to a minute, less up to a half at random', () => {
  const receives = [1, 2, 3, 4, 5, 6, 7, 100];
  const pauses = (random: number) =>
    receives.map(
      (count) => returnRecords([received(record, count)], undefined, random).pauseSeconds,
    );
  expect(pauses(0)).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
  expect(pauses(0.999)).toEqual([2, 3, 5, 9, 17, 31, 31, 31]);
});
