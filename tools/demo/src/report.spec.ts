import { describe, expect, test } from '@jest/globals';
import type { LeaderboardUpdate } from '@leaderboard/contracts';
import {
  isClean,
  reportOn,
  type AcceptedCall,
  type DeadLetter,
  type LedgerEntry,
} from './report.ts';

const call = (player_id: string, event_id: string, calledAtMs: number): AcceptedCall => ({
  update: { player_id, event_id, game_id: 'chess', score: 1 } as LeaderboardUpdate,
  calledAtMs,
});
const entry = (
  player_id: string,
  event_id: string,
  version: number,
  timestamp: number,
): LedgerEntry => ({
  player_id,
  event_id,
  version,
  timestamp,
  game_id: 'chess',
  score: 1,
  update_type: 'score_update',
  occurred_at: '2026-11-21T09:30:00Z',
});
const standings = { expected: 4, wrong: 0 };
const applied = [{ player_id: 'ann', version: 2, applied_at: 160 }];
const report = (ledger: LedgerEntry[], deadLetters: DeadLetter[] = []) =>
  reportOn(calls, { ledger, deadLetters, applied, standings });

const calls = [
  call('ann', 'a', 100),
  call('ann', 'b', 110),
  call('bob', 'a', 120),
  call('ann', 'a', 130),
];
const ledger = [entry('ann', 'a', 1, 105), entry('ann', 'b', 2, 130), entry('bob', 'a', 1, 1100)];

describe('the report', () => {
  test('counts what was sent, stored and suppressed, and measures from call to ledger', () => {
    expect(report(ledger)).toEqual({
      sent: 4,
      in_ledger: 3,
      duplicates_suppressed: 1,
      rejected: {},
      lost: 0,
      duplicated: 0,
      out_of_order: 0,
      updates_per_second: 3,
      send_to_ledger_ms: { p50: 20, p99: 980 },
      send_to_standing_ms: { p50: 50, p99: 50 },
      standings,
    });
  });

  test('finds a lost update, unless it is in the dead-letter queue', () => {
    const found = report(ledger.slice(0, 2));
    expect(found.lost).toBe(1);
    expect(isClean(found)).toBe(false);
    const body = JSON.stringify(calls[2]?.update);
    expect(report(ledger.slice(0, 2), [{ errorType: 'TransientFailure', body }]).lost).toBe(0);
  });

  test('finds a doubled update', () => {
    const found = report([...ledger, entry('bob', 'a', 2, 1200)]);
    expect(found.duplicated).toBe(1);
    expect(isClean(found)).toBe(false);
  });

  test.each([
    [
      'another order than that of the calls',
      [entry('ann', 'b', 1, 105), entry('ann', 'a', 2, 106)],
    ],
    ['a gap in the versions', [entry('ann', 'a', 1, 105), entry('ann', 'b', 3, 106)]],
    ['equal timestamps', [entry('ann', 'a', 1, 105), entry('ann', 'b', 2, 105)]],
    ['an update that nobody sent', [entry('ann', 'x', 1, 105)]],
  ])('finds %s', (_what, entries) => {
    const found = report(entries);
    expect(found.out_of_order).toBe(1);
    expect(isClean(found)).toBe(false);
  });

  test('is not clean when a standing is wrong', () => {
    const wrong = { expected: 4, wrong: 1 };
    expect(isClean(report(ledger))).toBe(true);
    expect(isClean(reportOn(calls, { ledger, deadLetters: [], applied, standings: wrong }))).toBe(
      false,
    );
  });
});
