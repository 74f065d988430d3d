import type { Distribution } from '../generated/api-types.ts';
import { formatPercentile, formatPlayers, formatScore } from '../format.ts';

/** One bar of a histogram. */
export interface Bar {
  /** Of the highest bar, 0–1; a bar with players is never invisible. */
  height: number;
  isOwn: boolean;
  /** What the bar says, in words. */
  text: string;
}

export interface Histogram {
  /** From the lowest to the highest score. */
  bars: readonly Bar[];
  /** All of it in one sentence. */
  summary: string;
  /** Scores of the best players, best first. */
  cutoffs: readonly { label: string; score: string }[];
}

const LEAST_HEIGHT = 0.02;
const LABELS: Record<number, string> = { 1: 'Top 1 %', 10: 'Top 10 %', 50: 'Top half' };

/**
 * What is drawn of a distribution.
 *
 * @param order `asc` where the lowest score leads
 * @param own a score whose bar is marked
 */
export function histogramOf(
  { buckets, top, total }: Pick<Distribution, 'buckets' | 'top' | 'total'>,
  order: string,
  own?: string,
): Histogram {
  const highest = Math.max(1, ...buckets.map(({ players }) => players));
  const ownIndex = own === undefined ? -1 : barOf(own, buckets);
  const cutoffs = top.map(({ percent, score }) => ({
    label: LABELS[percent] ?? `Top ${String(percent)} %`,
    score: formatScore(score),
  }));
  const direction = order === 'asc' ? 'or less' : 'or more';
  const said = cutoffs.map(({ label, score }) => `${label}: ${score} ${direction}`).join(', ');
  return {
    bars: buckets.map(({ from, to, players }, index) => ({
      height: players === 0 ? 0 : Math.max(LEAST_HEIGHT, players / highest),
      isOwn: index === ownIndex,
      text: `${formatScore(String(from))} to ${formatScore(String(to))}: ${formatPlayers(players)}, ${share(players, total)}`,
    })),
    summary: `Scores of ${formatPlayers(total)}. ${said}.`,
    cutoffs,
  };
}

/** A score that has changed since the distribution was read may lie outside of it: then it is in the bar at that end. */
function barOf(score: string, buckets: Distribution['buckets']): number {
  const index = buckets.findIndex(({ to }) => Number(score) < Number(to));
  return index < 0 ? buckets.length - 1 : index;
}

function share(players: number, total: number): string {
  const percent = total === 0 ? 0 : (players / total) * 100;
  return percent > 0 && percent < 0.1 ? 'below 0.1 %' : formatPercentile(percent);
}
