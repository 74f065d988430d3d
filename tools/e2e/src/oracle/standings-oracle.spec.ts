import { describe, expect, test } from '@jest/globals';
import { percentileOf, periodOf, rankLedger, type OracleBoard } from './standings-oracle.ts';

const ada = (version: number, score: string, second: number) => ({
  player_id: 'ada',
  version,
  game_id: 'chess',
  update_type: 'score_update',
  score,
  occurred_at: `2026-11-21T09:30:0${second}Z`,
});

describe('the oracle of the standings', () => {
  test.each([
    ['2024-12-29T23:59:59.999Z', '2024-W52'],
    ['2024-12-30T00:00:00.000Z', '2025-W01'],
    ['2026-12-31T12:00:00Z', '2026-W53'],
    ['2027-01-03T23:59:59.999Z', '2026-W53'],
    ['2027-01-04T00:00:00Z', '2027-W01'],
    ['2026-11-21T10:00:00Z', '2026-W47'],
  ])('%s is in the ISO week %s', (instant, week) => {
    expect(periodOf('weekly', instant)).toBe(week);
  });

  test.each([
    ['best', '8', 2],
    ['max', '8', 2],
    ['min', '-3.5', 1],
    ['sum', '17.500001', 4],
    ['count', '5', 4],
    ['last', '8', 4],
  ] as const)(
    '%s of 5.000001, -3.5, 8, 0 and 8 is %s, reached at second %i',
    (operator, score, second) => {
      const board: OracleBoard = { id: 'B', operator, order: 'desc', tie_break: 'earliest' };
      const ledger = ['5.000001', '-3.5', '8', '0', '8'].map((it, index) =>
        ada(index + 1, it, index),
      );
      expect(rankLedger(ledger, [board])[0]).toEqual({
        board: 'B',
        window: 'all_time',
        period: 'all_time',
        entries: [
          {
            rank: 1,
            player_id: 'ada',
            score,
            updates: 5,
            achieved_at: `2026-11-21T09:30:0${second}.000Z`,
          },
        ],
      });
    },
  );

  test('adds 0.1 ten times to 1', () => {
    const board: OracleBoard = { id: 'B', operator: 'sum', order: 'asc', tie_break: 'shared' };
    const ledger = Array.from({ length: 10 }, (_, index) => ada(index + 1, '0.1', 0));
    expect(rankLedger(ledger, [board])[0]?.entries[0]?.score).toBe('1');
  });

  test('rounds percentiles down', () => {
    expect([percentileOf(1, 3), percentileOf(2, 3), percentileOf(3, 3)]).toEqual([
      100, 66.66, 33.33,
    ]);
  });
});
