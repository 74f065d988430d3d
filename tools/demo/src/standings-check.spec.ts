import { describe, expect, test } from '@jest/globals';
import { parseBoardDefinitions } from '@leaderboard/ranking';
import type { LedgerUpdate } from '@leaderboard/tables';
import { checkStandings, type StandingItem } from './standings-check.ts';

const { boards } = parseBoardDefinitions({
  default_board: 'GLOBAL',
  boards: [
    {
      id: 'GLOBAL',
      scope: 'all_games',
      operator: 'sum',
      order: 'desc',
      tie_break: 'earliest',
      windows: ['all_time'],
    },
  ],
});

const entry = (version: number, score: number): LedgerUpdate => ({
  player_id: 'ann',
  game_id: 'chess',
  score,
  update_type: 'score_update',
  occurred_at: `2026-11-21T09:30:0${version}Z`,
  version,
  timestamp: version,
});
const ledger = [entry(2, 0.2), entry(1, 0.1)];
const standing: StandingItem = {
  player_id: 'ann',
  board_window: 'GLOBAL#all_time',
  score: '0.3',
  updates: 2,
  achieved_at: '2026-11-21T09:30:02Z',
  version: 2,
};

describe('the check of the standings', () => {
  test('finds nothing where every standing is the fold of the ledger', () => {
    expect(checkStandings(ledger, [standing], boards)).toEqual({ expected: 1, wrong: 0 });
  });

  test.each([
    ['a score', { ...standing, score: '0.300001' }],
    ['a count of updates', { ...standing, updates: 3 }],
    ['a moment', { ...standing, achieved_at: '2026-11-21T09:30:01Z' }],
    ['a version', { ...standing, version: 1 }],
    ['a player', { ...standing, player_id: 'bob' }],
  ])('finds %s that differs from the ledger', (_what, wrong) => {
    expect(checkStandings(ledger, [wrong], boards).wrong).toBe(1);
  });

  test('finds a missing standing, and one too many', () => {
    expect(checkStandings(ledger, [], boards).wrong).toBe(1);
    expect(
      checkStandings(ledger, [standing, { ...standing, player_id: 'bob' }], boards).wrong,
    ).toBe(1);
  });
});
