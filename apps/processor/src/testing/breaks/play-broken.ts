// Plays histories with broken code and prints the result as JSON: play-broken.ts <break> <seed> <runs>
import { playBroken } from '@leaderboard/testing/breaks';
import { BREAKS } from './breaks.ts';

await playBroken(BREAKS, async (options) => {
  const { playHistories } = await import('../histories/play-histories.ts');
  return playHistories(options);
});
