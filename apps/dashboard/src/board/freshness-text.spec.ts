import { expect, test } from '@jest/globals';
import { freshnessText } from './freshness-text.ts';

const as_of = '2026-11-21T10:00:00.000Z';

test('the text says how far the standings are behind, and whether ranks are exact', () => {
  expect(freshnessText({ as_of, lag_ms: 420, exact: true })).toMatchObject({
    lag: '420 ms behind',
    isLagging: false,
    exact: 'Exact ranks',
    isExact: true,
  });
  expect(freshnessText({ as_of, lag_ms: 61_000, exact: false })).toMatchObject({
    lag: '1 min behind',
    isLagging: true,
    exact: 'Approximate ranks',
    isExact: false,
  });
  expect(freshnessText({ as_of, lag_ms: 0, exact: true }).lag).toBe('no lag');
  expect(freshnessText({ as_of, lag_ms: 0, exact: false }).lag).toBe('lag unknown');
});
