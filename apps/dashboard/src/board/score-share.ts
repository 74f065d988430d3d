import type { DecimalText } from '../api/api-types.ts';

/**
 * How long the bar behind a score is, from 0 to 1, the leader's being 1. Where the least score leads
 * (`asc`), a score twice the leader's has half a bar.
 */
export function scoreShare(score: DecimalText, leader: DecimalText, order: string): number {
  const [own, best] = [Number(score), Number(leader)];
  const share = order === 'asc' ? best / own : own / best;
  return Number.isFinite(share) && own > 0 && best > 0 ? Math.min(1, share) : 0;
}
