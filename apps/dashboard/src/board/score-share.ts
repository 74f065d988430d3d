import type { Score } from '../generated/api-types.ts';

/**
 * Length of the bar behind a score, from 0 to 1; the leader's is 1. Where the lowest score leads (`asc`),
 * a score twice the leader's has half a bar.
 */
export function scoreShare(score: Score, leader: Score, order: string): number {
  const [own, best] = [Number(score), Number(leader)];
  const share = order === 'asc' ? best / own : own / best;
  return Number.isFinite(share) && own > 0 && best > 0 ? Math.min(1, share) : 0;
}
