import { expect, test } from '@jest/globals';
import { sizeOf } from '@leaderboard/testing/test-form';
import { playHistories } from './testing/rank-histories/play-histories.ts';

const RUNS = sizeOf({ short: 1_000, long: 20_000 });

test('whatever is lost, late, killed or read meanwhile, every rank is that of one cut', async () => {
  const { finding, reads } = await playHistories({ seed: 1, runs: RUNS });
  if (finding) throw new Error(`History ${finding.seed}: ${finding.violation.message}`);
  expect(reads).toBeGreaterThan(RUNS * 10);
});
