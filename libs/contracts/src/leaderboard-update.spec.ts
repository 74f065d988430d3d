import { describe, expect, test } from '@jest/globals';
import { invalidFixtures, validFixtures } from '../fixtures/fixtures.ts';
import {
  DEFAULT_OCCURRED_AT_LIMITS,
  checkOccurredAt,
  parseLeaderboardUpdate,
  validateLeaderboardUpdate,
} from './leaderboard-update.ts';
import { describeIssues } from './validation.ts';

describe('U6: the leaderboard-update contract', () => {
  test.each(validFixtures())('accepts $name and fills in the defaults', ({ update }) => {
    expect(validateLeaderboardUpdate(update)).toEqual({
      valid: true,
      value: { update_type: 'score_update', metadata: {}, ...update },
    });
  });

  test.each(invalidFixtures())(
    'rejects $name at $path by the rule $rule',
    ({ update, path, rule }) => {
      const result = validateLeaderboardUpdate(update);
      expect(result).toMatchObject({
        valid: false,
        issues: expect.arrayContaining([expect.objectContaining({ path, rule })]),
      });
    },
  );

  test('names every failing field with its path, the type of its value and the rule', () => {
    const result = validateLeaderboardUpdate({
      player_id: 'ann lee',
      event_id: 7,
      score: '12',
      game_id: 'chess',
      rank: 1,
    });
    expect(result.valid).toBe(false);
    expect(describeIssues(result.valid ? [] : result.issues).split('; ')).toEqual([
      '/occurred_at is missing (rule: required)',
      '/rank (number) is not a field of the contract (rule: additionalProperties)',
      '/player_id (string "ann lee") must match pattern "^[A-Za-z0-9][A-Za-z0-9._:@-]*$" (rule: pattern)',
      '/event_id (number 7) must be string (rule: type)',
      '/score (string "12") must be number (rule: type)',
    ]);
  });

  test('describes the issues of a huge message in few words, and lists them all', () => {
    const fields = Array.from({ length: 10_000 }, (_, index) => [`field${index}`, 1] as const);
    const result = validateLeaderboardUpdate(Object.fromEntries(fields));
    const issues = result.valid ? [] : result.issues;
    expect(issues).toHaveLength(10_005);
    expect(describeIssues(issues).length).toBeLessThan(5_000);
    expect(describeIssues(issues)).toMatch(/^\/player_id is missing.*… \(issues in all: 10005\)$/);
  });

  test('leaves its argument as it was', () => {
    const update = {
      player_id: 'a',
      event_id: 'b',
      game_id: 'c',
      score: 1,
      occurred_at: '2026-11-21T09:30:00Z',
    };
    validateLeaderboardUpdate(Object.freeze(update));
    expect(Object.keys(update)).toHaveLength(5);
  });

  test('rejects metadata that is nested deeper than a call stack', () => {
    const body = JSON.stringify({ player_id: 'a', event_id: 'b', game_id: 'c', score: 1 });
    const nested = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect(parseLeaderboardUpdate(body.replace('}', `,"metadata":${nested}}`))).toMatchObject({
      valid: false,
      issues: expect.arrayContaining([
        expect.objectContaining({ path: '/metadata', rule: 'maxJsonBytes' }),
        expect.objectContaining({ path: '/metadata', rule: 'storable' }),
      ]),
    });
  });

  test('says where a text stops being JSON', () => {
    expect(parseLeaderboardUpdate('{"player_id": ')).toMatchObject({
      valid: false,
      issues: [
        {
          path: '',
          rule: 'json',
          value_type: 'string',
          message: expect.stringContaining('must be JSON'),
        },
      ],
    });
  });
});

describe('U6: occurred_at against the moment of sending', () => {
  const sentAtMs = Date.parse('2026-11-21T12:00:00Z');
  const check = (occurredAt: string) =>
    checkOccurredAt(occurredAt, sentAtMs, DEFAULT_OCCURRED_AT_LIMITS);

  test.each(['2026-11-21T12:05:00Z', '2026-11-21T12:00:00Z', '2026-10-17T12:00:00Z'])(
    'accepts %s',
    (occurredAt) => {
      expect(check(occurredAt)).toBeUndefined();
    },
  );

  test('rejects what lies more than 5 minutes ahead', () => {
    expect(check('2026-11-21T12:05:00.001Z')).toMatchObject({
      path: '/occurred_at',
      message: expect.stringContaining(
        'at most 5 minutes after the sending at 2026-11-21T12:00:00.000Z',
      ),
    });
  });

  test('rejects what lies more than 35 days behind', () => {
    expect(check('2026-10-17T11:59:59.999Z')?.message).toContain('at most 35 days before');
  });
});
