import { expect, test } from '@jest/globals';
import { compareSenders } from './compare.ts';

test('every update arrives, and the producer sends ten in a request', async () => {
  const { rows, goals } = await compareSenders({ updates: 2_000, rounds: 1 });
  expect(rows.map(([name, , , requests]) => [name, requests])).toEqual([
    ['sdk', expect.closeTo(100, -1)],
    ['batches', 100],
    ['single', 1_000],
  ]);
  expect(goals.map(({ name, measured }) => [name, Number.isFinite(measured)])).toEqual([
    ['updates/s, beside one SendMessage each', true],
    ['updates/s, beside hand-written batches', true],
    ['requests for 1,000 updates', true],
    ['growth of the heap over all rounds', true],
  ]);
});
