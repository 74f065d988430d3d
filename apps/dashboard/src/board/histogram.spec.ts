import { expect, test } from '@jest/globals';
import { histogramOf } from './histogram.ts';

const DISTRIBUTION = {
  total: 1_000,
  buckets: [
    { from: '0', to: '10', players: 899 },
    { from: '10', to: '20', players: 0 },
    { from: '20', to: '1000', players: 101 },
  ],
  top: [
    { percent: 1, rank: 10, score: '900' },
    { percent: 10, rank: 100, score: '21' },
    { percent: 50, rank: 500, score: '4.5' },
  ],
};

test('bars are as high as their players are many, and none with players is invisible', () => {
  const heights = (players: number[]) =>
    histogramOf(
      {
        ...DISTRIBUTION,
        buckets: players.map((count, index) => ({
          from: String(index),
          to: String(index + 1),
          players: count,
        })),
      },
      'desc',
    ).bars.map(({ height }) => height);
  expect(heights([100, 50, 0])).toEqual([1, 0.5, 0]);
  expect(heights([10_000, 1])).toEqual([1, 0.02]);
});

test.each([
  ['0', 0],
  ['9.99', 0],
  ['10', 1],
  ['20', 2],
  ['1000', 2],
  // Since the distribution was read.
  ['-5', 0],
  ['1001', 2],
])('score %s is in bar %i', (score, index) => {
  const { bars } = histogramOf(DISTRIBUTION, 'desc', score);
  expect(bars.map(({ isOwn }) => isOwn)).toEqual([0, 1, 2].map((each) => each === index));
});

test('says in words what it shows', () => {
  const { bars, summary } = histogramOf(DISTRIBUTION, 'desc');
  expect(bars.map(({ text }) => text)).toEqual([
    '0 to 10: 899 players, 89.9 %',
    '10 to 20: 0 players, 0 %',
    '20 to 1,000: 101 players, 10.1 %',
  ]);
  expect(summary).toBe(
    'Scores of 1,000 players. Top 1 %: 900 or more, Top 10 %: 21 or more, Top half: 4.5 or more.',
  );
  expect(histogramOf(DISTRIBUTION, 'asc').summary).toContain('Top 1 %: 900 or less');
});

test('a board without players has no bars', () => {
  expect(histogramOf({ total: 0, buckets: [], top: [] }, 'desc').bars).toEqual([]);
});
