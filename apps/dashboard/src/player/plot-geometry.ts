import type { HistoryEntry } from '../generated/api-types.ts';

/** A point of the plot, in the units of the drawing. */
export interface PlotPoint {
  x: number;
  y: number;
  entry: HistoryEntry;
  /** Index of the series (the game) in `games`. */
  series: number;
}

export interface Plot {
  /** Oldest first. */
  points: PlotPoint[];
  games: string[];
  /** One SVG path per game. */
  paths: string[];
  ticks: { y: number; value: number }[];
  from: number;
  to: number;
}

export interface PlotArea {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const TICKS = 4;

/**
 * Lays out a score history: time on the x axis, score on the y axis, one line per game.
 *
 * @param history at least one entry, in any order
 */
export function layOutPlot(history: readonly HistoryEntry[], area: PlotArea): Plot {
  const entries = history
    .map((entry) => ({ entry, at: Date.parse(entry.occurred_at), score: Number(entry.score) }))
    .sort((a, b) => a.at - b.at || a.entry.version - b.entry.version);
  const games = [...new Set(entries.map(({ entry }) => entry.game_id))].sort();
  const times = entries.map(({ at }) => at);
  const scores = entries.map(({ score }) => score);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const values = niceTicks(Math.min(...scores), Math.max(...scores), TICKS);
  const x = scale(from, to, area.left, area.right);
  const y = scale(values[0] ?? 0, values.at(-1) ?? 0, area.bottom, area.top);
  const points = entries.map(({ entry, at, score }) => ({
    x: x(at),
    y: y(score),
    entry,
    series: games.indexOf(entry.game_id),
  }));
  return {
    points,
    games,
    paths: games.map((_, series) => linePath(points.filter((point) => point.series === series))),
    ticks: values.map((value) => ({ y: y(value), value })),
    from,
    to,
  };
}

/** Round values that enclose `min` and `max`, about `count` steps apart. */
export function niceTicks(min: number, max: number, count: number): number[] {
  const span = max - min || Math.abs(max) || 1;
  const rough = span / count;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = magnitude * ([1, 2, 5, 10].find((factor) => factor * magnitude >= rough) ?? 10);
  const first = Math.floor(min / step);
  const last = Math.max(first + 1, Math.ceil(max / step));
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** Index of the point nearest to a position on the x axis. */
export function nearestPoint(points: readonly PlotPoint[], x: number): number {
  let nearest = 0;
  points.forEach((point, index) => {
    const best = points[nearest];
    if (best !== undefined && Math.abs(point.x - x) < Math.abs(best.x - x)) nearest = index;
  });
  return nearest;
}

/** A linear scale. A single value is in the middle. */
function scale(fromMin: number, fromMax: number, toMin: number, toMax: number) {
  return (value: number): number =>
    round(
      fromMax === fromMin
        ? (toMin + toMax) / 2
        : toMin + ((value - fromMin) / (fromMax - fromMin)) * (toMax - toMin),
    );
}

function linePath(points: readonly PlotPoint[]): string {
  return points
    .map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${String(x)} ${String(y)}`)
    .join('');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
