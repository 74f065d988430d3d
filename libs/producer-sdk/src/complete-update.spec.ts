import { expect, test } from '@jest/globals';
import { parseLeaderboardUpdate, validateLeaderboardUpdate } from '@leaderboard/contracts';
import { invalidFixtures, validFixtures } from '@leaderboard/contracts/fixtures';
import { VirtualRuntime } from '../testing/virtual-runtime.ts';
import { completeUpdate, uuidV7 } from './complete-update.ts';
import { LeaderboardValidationError } from './index.ts';

const runtime = new VirtualRuntime();
const base = { player_id: 'player-1', game_id: 'chess', score: 5 };

function issuesOf(input: unknown) {
  try {
    completeUpdate(input, runtime);
  } catch (error) {
    if (LeaderboardValidationError.isInstance(error)) return error.issues;
    throw error;
  }
  return [];
}

test.each(validFixtures())('valid fixture $name passes, as in the contract', ({ update }) => {
  const { body, update: completed } = completeUpdate(update, runtime);
  expect(validateLeaderboardUpdate(update)).toEqual({ valid: true, value: completed });
  expect(parseLeaderboardUpdate(body)).toEqual({ valid: true, value: completed });
});

const FILLED_IN = ['/event_id', '/occurred_at'];
const isFilledIn = (fixture: { path: string; rule: string }) =>
  fixture.rule === 'required' && FILLED_IN.includes(fixture.path);

test.each(invalidFixtures().filter((fixture) => !isFilledIn(fixture)))(
  'invalid fixture $name fails with $rule at "$path", as in the contract',
  ({ update, path, rule }) => {
    expect(issuesOf(update)).toContainEqual(expect.objectContaining({ path, rule }));
  },
);

test.each(invalidFixtures().filter(isFilledIn))(
  'invalid fixture $name lacks only fields that the SDK fills in',
  ({ update }) => {
    expect(issuesOf(update).filter(({ path }) => FILLED_IN.includes(path))).toEqual([]);
  },
);

test('an undefined field counts as omitted', () => {
  const { update } = completeUpdate({ ...base, event_id: undefined, metadata: undefined }, runtime);
  expect(update).toMatchObject({ event_id: expect.any(String), metadata: {} });
});

test.each([
  ['a score that is not a number', { ...base, score: Number.NaN }, '/score'],
  ['a score without bounds', { ...base, score: Number.POSITIVE_INFINITY }, '/score'],
  ['metadata that JSON turns into a string', { ...base, metadata: new Date() }, '/metadata'],
  ['a bigint', { ...base, metadata: { gold: [10n] } }, '/metadata/gold/0'],
  ['a bigint as the score', { ...base, score: 10n }, '/score'],
  ['a function', { ...base, metadata: { now: () => 1 } }, '/metadata/now'],
  ['a 64-bit id', { ...base, metadata: { steam_id: 2 ** 56 } }, '/metadata/steam_id'],
  ['a noncharacter', { ...base, metadata: { nick: 'a\uFFFFb' } }, '/metadata/nick'],
  ['an empty key', { ...base, metadata: { '': 1 } }, '/metadata'],
])('%s is rejected before it is sent', (_, input, path) => {
  expect(issuesOf(input)).toContainEqual(expect.objectContaining({ path }));
});

test('metadata with a cycle is rejected before it is sent', () => {
  const metadata: Record<string, unknown> = {};
  metadata['self'] = metadata;
  expect(issuesOf({ ...base, metadata })).toMatchObject([
    { path: '/metadata/self', message: expect.stringContaining('contains itself') },
  ]);
});

test('the validation error has the completed update and names every failing field', () => {
  expect(() => completeUpdate({ ...base, score: '5', game_id: '' }, runtime)).toThrow(
    expect.objectContaining({
      code: 'InvalidUpdate',
      message: expect.stringMatching(/\/score.*\/game_id|\/game_id.*\/score/),
      update: expect.objectContaining({ score: '5', event_id: expect.any(String) }),
    }),
  );
});

test('metadata with a toJSON is sent as JSON writes it', () => {
  const money = { cents: 10n, toJSON: () => '0.10' };
  const metadata = { price: money, at: new Date(0) };
  const { update, body } = completeUpdate({ ...base, metadata }, runtime);
  expect(update.metadata).toEqual({ price: '0.10', at: '1970-01-01T00:00:00.000Z' });
  expect(JSON.parse(body)).toEqual(update);
});

test('metadata that cannot be written as JSON is rejected before it is sent', () => {
  const metadata = {
    season: {
      toJSON: () => {
        throw new TypeError('no season');
      },
    },
  };
  expect(issuesOf({ ...base, metadata }).length).toBeGreaterThan(0);
});

test('the deduplication id is the same for another time or filled-in defaults, and differs for other content', () => {
  const idOf = (changes: object) =>
    completeUpdate({ ...base, event_id: 'match-7', ...changes }, runtime).deduplicationId;
  expect(idOf({ occurred_at: '2026-11-20T09:30:00Z' })).toBe(idOf({}));
  expect(idOf({ update_type: 'score_update', metadata: {} })).toBe(idOf({}));
  expect(idOf({ score: 6 })).not.toBe(idOf({}));
  expect(idOf({ metadata: { a: 1 } })).not.toBe(idOf({}));
});

test('characters that SQS-compatible servers reject are escaped, and arrive unchanged', () => {
  const metadata = { note: 'a\u0000d\u{1F3C6}e' };
  const { body } = completeUpdate({ ...base, metadata }, runtime);
  expect(body).toMatch(/^[\u{20}-\u{D7FF}\u{E000}-\u{FFFD}]*$/u);
  expect(JSON.parse(body)).toMatchObject({ metadata });
});

test('a UUIDv7 is the example of RFC 9562, appendix A.6', () => {
  const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
  const id = uuidV7(0x017f22e279b0, random);
  expect(id).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('a UUIDv7 has its version and variant whatever the random bits', () => {
  expect(uuidV7(0, new Uint8Array(10))).toBe('00000000-0000-7000-8000-000000000000');
  expect(uuidV7(2 ** 48 - 1, new Uint8Array(10).fill(255))).toBe(
    'ffffffff-ffff-7fff-bfff-ffffffffffff',
  );
});
