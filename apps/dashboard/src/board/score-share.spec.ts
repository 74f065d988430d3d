import { expect, test } from '@jest/globals';
import { scoreShare } from './score-share.ts';

test.each([
  ['50', '200', 'desc', 0.25],
  ['200', '200', 'desc', 1],
  ['40', '20', 'asc', 0.5],
  ['20', '20', 'asc', 1],
  ['0', '200', 'desc', 0],
  ['0', '0', 'desc', 0],
  ['-5', '200', 'desc', 0],
  ['-5', '-2', 'desc', 0],
  ['5', '0', 'asc', 0],
])('a score of %s beside the leader’s %s, %s, has a bar of %d', (score, leader, order, share) => {
  expect(scoreShare(score, leader, order)).toBe(share);
});
