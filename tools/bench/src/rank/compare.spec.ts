import { expect, test } from '@jest/globals';
import { compareRanks } from './compare.ts';

test('each rank and each page is the one of a sorted list, on boards of every distribution', async () => {
  const report = await compareRanks({ players: 3_000, reads: 100, seed: 7 }, () => undefined);
  expect(report.rows.map((row) => row.slice(0, 3))).toEqual([
    ['uniform', 400, 0],
    ['normal', 400, 0],
    ['Zipf', 400, 0],
    ['three scores', 400, 0],
    ['uniform', 1_000, 0],
  ]);
  expect(report.goals.map(({ name, met }) => [name, met])).toEqual([
    ['wrong ranks and pages', true],
    ['read units of a rank', true],
    ['requests of a rank', true],
    ['read units of a page', true],
    ['requests of a page', true],
  ]);
});

test('refuses a board that is larger than its scores allow', async () => {
  await expect(
    compareRanks({ players: 2 ** 24, reads: 1, seed: 1 }, () => undefined),
  ).rejects.toThrow('A board has at most 16711680 players in this benchmark');
});
