import { describe, expect, test } from '@jest/globals';
import type { LeaderboardUpdate } from '@leaderboard/contracts';
import { formatReport } from './print.ts';
import type { DeadLetter, LedgerItem } from './read-back.ts';
import type { Journey } from './standings-watch.ts';
import { findings, isClean, reportOn, type AcceptedCall, type Sent } from './report.ts';

const call = (player_id: string, event_id: string, calledAtMs: number): AcceptedCall => ({
  update: { player_id, event_id, game_id: 'chess', score: 1 } as LeaderboardUpdate,
  calledAtMs,
});
const entry = (
  player_id: string,
  event_id: string,
  version: number,
  timestamp: number,
): LedgerItem => ({
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
const journey = (
  player_id: string,
  event_id: string,
  [calledAtMs, acceptedAtMs, standingAtMs, readAtMs]: [number, number, number, number],
): Journey => ({
  ...call(player_id, event_id, calledAtMs),
  acceptedAtMs,
  standingAtMs,
  readAtMs,
});
const report = (ledger: LedgerItem[], deadLetters: DeadLetter[] = [], sent: Partial<Sent> = {}) =>
  reportOn(
    { calls, journeys, rejectedCalls: 0, wrongOnPurpose: [], ...sent },
    { ledger, deadLetters, standings },
  );

const calls = [
  call('ann', 'a', 100),
  call('ann', 'b', 110),
  call('bob', 'a', 120),
  call('ann', 'a', 130),
];
const journeys = [
  journey('ann', 'a', [100, 103, 150, 170]),
  journey('ann', 'b', [110, 120, 160, 170]),
  journey('bob', 'a', [120, 130, 1150, 1170]),
];
const ledger = [entry('ann', 'a', 1, 105), entry('ann', 'b', 2, 130), entry('bob', 'a', 1, 1100)];

describe('the report', () => {
  test('counts what was sent, stored and suppressed, and measures every stage of every update', () => {
    expect(report(ledger)).toEqual({
      sent: 4,
      in_ledger: 3,
      duplicates_suppressed: 1,
      rejected: {},
      lost: 0,
      duplicated: 0,
      rejected_by_mistake: 0,
      not_rejected: 0,
      not_shown: 0,
      out_of_order: 0,
      updates_per_second: 3,
      latency_ms: {
        send_to_queue: { p50: 10, p95: 10, p99: 10, max: 10, updates: 3 },
        queue_to_ledger: { p50: 10, p95: 970, p99: 970, max: 970, updates: 3 },
        ledger_to_standing: { p50: 45, p95: 50, p99: 50, max: 50, updates: 3 },
        standing_to_read: { p50: 20, p95: 20, p99: 20, max: 20, updates: 3 },
        send_to_standing: { p50: 50, p95: 1030, p99: 1030, max: 1030, updates: 3 },
        send_to_read: { p50: 70, p95: 1050, p99: 1050, max: 1050, updates: 3 },
      },
      measured: "this machine's engines, not AWS",
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
    expect(isClean(report(ledger))).toBe(true);
    const wrong = reportOn(
      { calls, journeys, rejectedCalls: 0, wrongOnPurpose: [] },
      { ledger, deadLetters: [], standings: { expected: 4, wrong: 1 } },
    );
    expect(isClean(wrong)).toBe(false);
  });

  test('counts what the demo sent wrong on purpose as rejected, and is clean', () => {
    const wrongOnPurpose: DeadLetter[] = [{ errorType: 'InvalidMessage', body: '{}' }];
    const found = report(ledger, wrongOnPurpose, { wrongOnPurpose });
    expect(found).toMatchObject({ rejected: { InvalidMessage: 1 }, rejected_by_mistake: 0 });
    expect(isClean(found)).toBe(true);
  });

  test.each<[string, DeadLetter[], Partial<Sent>, string]>([
    [
      'a good update was rejected',
      [{ errorType: 'TransientFailure', body: JSON.stringify(calls[2]?.update) }],
      {},
      '1 rejected by mistake',
    ],
    [
      'a wrong message was rejected for another reason than its own',
      [{ errorType: 'TransientFailure', body: '{}' }],
      { wrongOnPurpose: [{ errorType: 'InvalidMessage', body: '{}' }] },
      '1 rejected by mistake, 1 wrong and not rejected',
    ],
    ['the SDK rejected a call', [], { rejectedCalls: 2 }, '2 rejected by mistake'],
    [
      'a wrong message was not rejected',
      [],
      { wrongOnPurpose: [{ errorType: 'EventIdReused', body: '{}' }] },
      '1 wrong and not rejected',
    ],
    [
      'the read API never showed an update',
      [],
      { journeys: journeys.slice(1) },
      '1 not shown by the read API',
    ],
  ])('is not clean when %s', (_what, deadLetters, sent, finding) => {
    const found = report(ledger, deadLetters, sent);
    expect(findings(found).join(', ')).toBe(finding);
    expect(formatReport(found)).toContain(`NOT CLEAN: ${finding}.`);
    expect(isClean(found)).toBe(false);
  });

  test('says what was measured, and of how many updates', () => {
    expect(formatReport(report(ledger))).toContain(
      "All 3 updates, not a sample. Measured: this machine's engines, not AWS.",
    );
    expect(formatReport(report(ledger, [], { journeys: journeys.slice(1) }))).toContain(
      '2 of 3 updates reached every stage.',
    );
  });
});
