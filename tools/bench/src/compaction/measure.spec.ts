import { expect, test } from '@jest/globals';
import { measureCompaction } from './measure.ts';

test('full logs and an updated part of the board are merged, and every player is on the board once', async () => {
  const report = await measureCompaction({ players: 3_000, rounds: 2, seed: 7 });
  expect(report.rows.map(([merged, changes]) => [merged, changes])).toEqual([
    ['full logs', 20_000],
    ['a sixth of the board: with the logs', 500],
    ['both', ''],
  ]);
  expect(report.goals.at(-1)).toMatchObject({
    name: 'players lost or counted twice',
    measured: 0,
    met: true,
  });
});
