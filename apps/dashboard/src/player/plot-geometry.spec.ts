import { expect, test } from '@jest/globals';
import type { HistoryEntry } from '../generated/api-types.ts';
import { layOutPlot, nearestPoint, niceTicks } from './plot-geometry.ts';

const AREA = { left: 0, right: 100, top: 0, bottom: 50 };

const update = (second: number, score: string, game_id = 'chess'): HistoryEntry => ({
  timestamp: `2026-11-21T10:00:0${String(second)}.000Z`,
  occurred_at: `2026-11-21T10:00:0${String(second)}.000Z`,
  game_id,
  score,
  update_type: 'score',
  event_id: `e${String(second)}`,
  version: second + 1,
});

test('a history, newest first, is drawn from left to right, high scores on top', () => {
  const { points, paths, games } = layOutPlot(
    [update(8, '100'), update(4, '50'), update(0, '0')],
    AREA,
  );
  expect(points.map(({ x, y }) => [x, y])).toEqual([
    [0, 50],
    [50, 25],
    [100, 0],
  ]);
  expect(games).toEqual(['chess']);
  expect(paths).toEqual(['M0 50L50 25L100 0']);
});

test('each game has its own line', () => {
  const { games, paths, points } = layOutPlot(
    [update(4, '10', 'tetris'), update(2, '20'), update(0, '0', 'tetris')],
    AREA,
  );
  expect(games).toEqual(['chess', 'tetris']);
  expect(paths).toHaveLength(2);
  expect(points.map(({ series }) => series)).toEqual([1, 0, 1]);
});

test('a single update is drawn in the middle, with finite coordinates', () => {
  const { points } = layOutPlot([update(1, '0')], AREA);
  expect(points[0]?.x).toBe(50);
  expect(Number.isFinite(points[0]?.y)).toBe(true);
});

test.each([
  [0, 100],
  [3, 97],
  [-50, 950],
  [0.001, 0.002],
  [7, 7],
  [-7, -7],
  [0, 0],
  [1e15, 1e15 + 1],
])('the ticks for %d to %d enclose them in a few even steps', (min, max) => {
  const ticks = niceTicks(min, max, 4);
  expect(ticks[0]).toBeLessThanOrEqual(min);
  expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
  expect(ticks.length).toBeGreaterThanOrEqual(2);
  expect(ticks.length).toBeLessThanOrEqual(6);
});

test('the point nearest to the pointer is selected', () => {
  const { points } = layOutPlot([update(0, '1'), update(4, '2'), update(8, '3')], AREA);
  expect([-10, 24, 26, 300].map((x) => nearestPoint(points, x))).toEqual([0, 0, 1, 2]);
});
