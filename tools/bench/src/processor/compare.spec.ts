import { expect, test } from '@jest/globals';
import { compareProcessors } from './compare.ts';

test('a batch costs the processor two requests, and each record costs the other function one', async () => {
  const report = await compareProcessors({ batches: 2, rounds: 1, delayMs: 1 });
  expect(report.columns.slice(3)).toEqual(['requests/record', 'write units/record']);
  expect(report.rows.map(([name, , , ...counts]) => [name, ...counts])).toEqual([
    ['processor, 1 group', 0.2, 4.2],
    ['powertools, 1 group', 1, 1],
    ['processor, 3 groups', 0.2, 4.6],
    ['powertools, 3 groups', 1, 1],
    ['processor, 10 groups', 0.2, 6],
    ['powertools, 10 groups', 1, 1],
  ]);
  expect(report.goals.map(({ goal, measured }) => [goal, measured > 0])).toEqual(
    Array.from({ length: 3 }, () => ['at least 5 times', true]),
  );
});
