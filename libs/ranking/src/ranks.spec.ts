import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { percentile, rankStandings } from './ranks.ts';
import { standingOf } from './testing/arbitraries.ts';

const crowd = [
  standingOf('7', { player_id: 'dan', achieved_at: '2026-11-21T09:30:03Z' }),
  standingOf('-0.5', { player_id: 'eve', achieved_at: '2026-11-21T09:30:00Z' }),
  standingOf('9', { player_id: 'ada', achieved_at: '2026-11-21T09:30:02Z' }),
  standingOf('10', { player_id: 'cat', achieved_at: '2026-11-21T09:30:04Z' }),
  standingOf('9', { player_id: 'bob', achieved_at: '2026-11-21T09:30:01Z' }),
];

function ranked(order: 'asc' | 'desc', tie_break: 'earliest' | 'latest' | 'shared') {
  return rankStandings(crowd, { order, tie_break }).map(
    ({ rank, player_id }) => `${rank} ${player_id}`,
  );
}

test('equal scores are ranked by the earliest time', () => {
  expect(ranked('desc', 'earliest')).toEqual(['1 cat', '2 bob', '3 ada', '4 dan', '5 eve']);
});

test('equal scores are ranked by the latest time', () => {
  expect(ranked('desc', 'latest')).toEqual(['1 cat', '2 ada', '3 bob', '4 dan', '5 eve']);
});

test('equal scores share a rank and the next one is skipped: 1, 2, 2, 4', () => {
  expect(ranked('desc', 'shared')).toEqual(['1 cat', '2 ada', '2 bob', '4 dan', '5 eve']);
});

test('asc ranks the lowest score first and does not reverse the tie-break', () => {
  expect(ranked('asc', 'earliest')).toEqual(['1 eve', '2 dan', '3 bob', '4 ada', '5 cat']);
});

test('sums that differ beyond the digits of a double are ranked exactly', () => {
  const sums = ['9007199254740993.000001', '9007199254740993.000002', '9007199254740993'];
  const standings = sums.map((score) => standingOf(score, { player_id: score }));
  expect(
    rankStandings(standings, { order: 'desc', tie_break: 'shared' }).map(({ score }) => score),
  ).toEqual(['9007199254740993.000002', '9007199254740993.000001', '9007199254740993']);
});

test('fifty players with one score share rank 1, and the next has rank 51', () => {
  const equals = Array.from({ length: 50 }, (_, n) => standingOf('3', { player_id: `p${n}` }));
  const ranks = rankStandings([standingOf('2', { player_id: 'q' }), ...equals], {
    order: 'desc',
    tie_break: 'shared',
  }).map(({ rank }) => rank);
  expect(ranks).toEqual([...Array.from({ length: 50 }, () => 1), 51]);
});

test.each([
  [1, 1, 100],
  [1, 8, 100],
  [3, 8, 75],
  [8, 8, 12.5],
  [2, 3, 66.66],
  [2, 1_000_000, 99.99],
  [9, 8, 11.11],
])('rank %d of %d players is percentile %d', (rank, total, expected) => {
  expect(percentile(rank, total)).toBe(expected);
});

test('only rank 1 has percentile 100, and a better rank never has a lower one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 10 ** 9 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (total, part) => {
        const rank = 2 + Math.floor(part * (total - 2));
        expect(percentile(rank, total)).toBeLessThan(100);
        expect(percentile(rank - 1, total)).toBeGreaterThanOrEqual(percentile(rank, total));
      },
    ),
  );
});

test.each([0, -1, 1.5, Number.NaN])('%d is not a rank', (rank) => {
  expect(() => percentile(rank, 10)).toThrow(expect.objectContaining({ code: 'InvalidRank' }));
});
