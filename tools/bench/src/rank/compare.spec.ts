import { expect, test } from '@jest/globals';
import { compareRanks } from './compare.ts';

test('each rank is the one of a sorted list, on boards of every distribution', async () => {
  const report = await compareRanks({ players: 3_000, reads: 100, seed: 7 }, () => undefined);
  expect(report.rows.map(([name, wrong]) => [name, wrong])).toEqual([
    ['uniform', 0],
    ['normal', 0],
    ['Zipf', 0],
    ['three scores', 0],
  ]);
  expect(report.goals.map(({ name, met }) => [name, met])).toEqual([
    ['wrong ranks', true],
    ['read units of a rank', true],
    ['S3 reads of a rank', true],
  ]);
});

test('refuses a board that is larger than its scores allow', async () => {
  await expect(
    compareRanks({ players: 2 ** 24, reads: 1, seed: 1 }, () => undefined),
  ).rejects.toThrow('A board has at most 16776916 players in this benchmark');
});
