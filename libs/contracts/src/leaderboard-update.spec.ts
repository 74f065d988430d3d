import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { invalidFixtures, validFixtures } from '../fixtures/fixtures.ts';
import { contentHash } from './content-hash.ts';
import { ID_PATTERN } from './ids.ts';
import {
  DEFAULT_OCCURRED_AT_LIMITS,
  checkOccurredAt,
  parseLeaderboardUpdate,
  validateLeaderboardUpdate,
} from './leaderboard-update.ts';
import { describeIssues } from './issues.ts';

const update = {
  player_id: 'a',
  event_id: 'b',
  game_id: 'c',
  score: 1,
  occurred_at: '2026-11-21T09:30:00Z',
};

describe('the leaderboard-update contract', () => {
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
      `/player_id (string "ann lee") must match pattern "${ID_PATTERN}" (rule: pattern)`,
      '/event_id (number 7) must be string (rule: type)',
      '/score (string "12") must be number (rule: type)',
    ]);
  });

  test('cuts the description of many issues, and lists them all', () => {
    const fields = Array.from({ length: 10_000 }, (_, index) => [`field${index}`, 1] as const);
    const result = validateLeaderboardUpdate(Object.fromEntries(fields));
    const issues = result.valid ? [] : result.issues;
    expect(issues).toHaveLength(10_005);
    expect(describeIssues(issues).length).toBeLessThan(5_000);
    expect(describeIssues(issues)).toMatch(/^\/player_id is missing.*… \(issues in all: 10005\)$/);
  });

  test('does not change its argument', () => {
    validateLeaderboardUpdate(Object.freeze(update));
    expect(Object.keys(update)).toHaveLength(5);
  });

  test('rejects metadata that is nested deeper than a call stack', () => {
    const nested: unknown = JSON.parse(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`);
    expect(validateLeaderboardUpdate({ ...update, metadata: nested })).toMatchObject({
      valid: false,
      issues: [
        { path: '/metadata', rule: 'maxJsonBytes' },
        { path: '/metadata', rule: 'storable' },
      ],
    });
  });

  test.each([
    ['a bigint', { gold: [10n] }, '/metadata/gold/0 (bigint 10n) is not a JSON value'],
    ['a function', { f: () => 1 }, '/metadata/f (function'],
    ['NaN', { n: Number.NaN }, '/metadata/n (number NaN) must be 0 or between'],
    [
      'an integer beyond 2^53',
      { steam_id: 2 ** 53 },
      '/metadata/steam_id (number 9007199254740992) must lie between',
    ],
    ['an empty key', { a: { '': 1 } }, '/metadata/a (object) has the key "", which must not be'],
    [
      'an unpaired surrogate',
      { 'a/b': '\ud83c' },
      '/metadata/a~1b (string "\\ud83c") must be well-formed Unicode',
    ],
    ['U+FFFE in a string', { note: '\uFFFE' }, '/metadata/note (string "\uFFFE") must not contain'],
    ['U+FFFF in a key', { '\uFFFF': 1 }, '/metadata (object) has the key "\uFFFF", which must not'],
  ])('names the invalid part of metadata: %s', (_, metadata, message) => {
    const result = validateLeaderboardUpdate({ ...update, metadata });
    const issues = result.valid ? [] : result.issues;
    expect(issues).toHaveLength(1);
    expect(describeIssues(issues).startsWith(message)).toBe(true);
  });

  test('validates what a toJSON returns', () => {
    const seat = { owner: {}, cell: 2n ** 64n, toJSON: () => ({ at: new Date(0), n: 1 }) };
    seat.owner = seat;
    expect(validateLeaderboardUpdate({ ...update, metadata: { seat, all: [seat] } })).toMatchObject(
      {
        valid: true,
      },
    );
    const metadata = { id: { toJSON: () => ({ steam: [2 ** 53] }) } };
    const result = validateLeaderboardUpdate({ ...update, metadata });
    expect(describeIssues(result.valid ? [] : result.issues)).toMatch(
      /^\/metadata\/id\/steam\/0 \(number 9007199254740992\) must lie between/,
    );
  });

  test.each([
    ['a TypeError', new TypeError('no season')],
    ['any other error', new Error('no season')],
  ])('names the value whose toJSON throws %s', (_, error) => {
    const toJSON = () => {
      throw error;
    };
    const result = validateLeaderboardUpdate({ ...update, metadata: { season: { toJSON } } });
    expect(describeIssues(result.valid ? [] : result.issues)).toBe(
      '/metadata/season (object) cannot be written as JSON: no season (rule: storable)',
    );
  });

  test('accepts a bigint only where a program has added a toJSON', () => {
    const isValid = () => validateLeaderboardUpdate({ ...update, metadata: { gold: 10n } }).valid;
    expect(isValid()).toBe(false);
    const toJSON = { configurable: true, value: () => '10' };
    Object.defineProperty(BigInt.prototype, 'toJSON', toJSON);
    try {
      expect(isValid()).toBe(true);
    } finally {
      Reflect.deleteProperty(BigInt.prototype, 'toJSON');
    }
  });

  test('rejects metadata that contains itself, and a bigint as a score', () => {
    const metadata: Record<string, unknown> = {};
    metadata['self'] = { again: metadata };
    const result = validateLeaderboardUpdate({ ...update, score: 10n, metadata });
    expect(describeIssues(result.valid ? [] : result.issues)).toBe(
      '/score (bigint 10n) must be number (rule: type); /metadata/self/again (object) contains itself (rule: storable)',
    );
  });
});

describe('the body of a queue message', () => {
  const parse = (change: string) =>
    parseLeaderboardUpdate(`${JSON.stringify(update).slice(0, -1)},${change}}`);

  test.each([
    ['a duplicate key', '"score":999', '/score', 'duplicateKey', '"score" appears twice'],
    [
      'a 64-bit id',
      '"metadata":{"steam_id":76561198000000001}',
      '/metadata/steam_id',
      'exactNumber',
      '/metadata/steam_id (number 76561198000000001) must lie between',
    ],
    [
      'a long fraction',
      '"metadata":{"a":0.10000000000000000555}',
      '/metadata/a',
      'exactNumber',
      '17',
    ],
    ['a number near 0', '"metadata":{"a":1e-400}', '/metadata/a', 'exactNumber', 'too small'],
    [
      'a 64-bit id as a fraction',
      '"metadata":{"steam_id":76561198000000001.0}',
      '/metadata/steam_id',
      'exactNumber',
      '64-bit',
    ],
    [
      'a 64-bit id with an exponent',
      '"metadata":{"steam_id":1e20}',
      '/metadata/steam_id',
      'exactNumber',
      '64-bit',
    ],
    [
      'thousands of brackets',
      `"metadata":${'['.repeat(50_000)}${']'.repeat(50_000)}`,
      expect.any(String),
      'depth',
      '32 levels',
    ],
  ])('with %s is rejected', (_, change, path, rule, message) => {
    const result = parse(change);
    const issues = result.valid ? [] : result.issues;
    expect(issues).toMatchObject([{ path, rule }]);
    expect(describeIssues(issues)).toContain(message);
    expect(describeIssues(issues).endsWith(` (rule: ${rule})`)).toBe(true);
  });

  test('has the same result and content as the value that it was written from', () => {
    const number = fc.oneof(fc.double(), fc.maxSafeInteger(), fc.constantFrom(2 ** 53, 1e20, 1e21));
    const text = fc.string({ unit: 'binary' });
    const metadata = fc.dictionary(text, fc.anything({ values: [number, text, fc.bigInt()] }));
    fc.assert(
      fc.property(metadata, (value) => {
        const given = validateLeaderboardUpdate({ ...update, metadata: value });
        if (!given.valid) return;
        const read = parseLeaderboardUpdate(JSON.stringify(given.value));
        expect(read.valid && contentHash(read.value)).toBe(contentHash(given.value));
      }),
    );
  });

  test('has the same result as in the SDK for an integer that JSON writes out', () => {
    const metadata = { steam_id: Number('76561198000000001') };
    expect(validateLeaderboardUpdate({ ...update, metadata })).toMatchObject({
      issues: [{ path: '/metadata/steam_id', rule: 'exactNumber' }],
    });
  });

  test.each([
    ['{"player_id": ', 'unexpected end'],
    ['{"player_id": "a" "b"}', 'syntax error at position 18'],
    ['not json', 'the body is not JSON (rule: json)'],
  ])('that is not JSON is rejected and not quoted: %j', (body, message) => {
    const result = parseLeaderboardUpdate(body);
    expect(result).toMatchObject({
      valid: false,
      issues: [
        {
          path: '',
          rule: 'json',
          value_type: 'string',
          message: expect.stringContaining(
            `the value (string of ${body.length} bytes) must be strict JSON: `,
          ),
        },
      ],
    });
    expect(describeIssues(result.valid ? [] : result.issues)).toContain(message);
  });
});

describe('occurred_at', () => {
  const sentAtMs = Date.parse('2026-11-21T12:00:00Z');
  const check = (occurredAt: string) =>
    checkOccurredAt(occurredAt, sentAtMs, DEFAULT_OCCURRED_AT_LIMITS);

  test.each(['2026-11-21T12:05:00Z', '2026-11-21T12:00:00Z', '2026-10-17T12:00:00Z'])(
    'accepts %s',
    (occurredAt) => {
      expect(check(occurredAt)).toBeUndefined();
    },
  );

  test('rejects a time more than 5 minutes ahead', () => {
    expect(check('2026-11-21T12:05:00.001Z')).toMatchObject({
      path: '/occurred_at',
      message: expect.stringContaining(
        'at most 5 minutes after the sending at 2026-11-21T12:00:00.000Z',
      ),
    });
  });

  test('rejects a time more than 35 days behind', () => {
    expect(check('2026-10-17T11:59:59.999Z')?.message).toContain('at most 35 days before');
  });
});
