import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TIE_BREAKS } from './board-definition.ts';
import { toDecimalString } from './decimal.ts';
import { fold } from './fold.ts';
import type { Placed, RankRules } from './rank-key.ts';
import { parseRankKey, rankKey, rankStart } from './rank-key.ts';
import { compareStandings, rankStandings } from './ranks.ts';
import {
  contractScore,
  crowdedScore,
  occurredAt,
  playerId,
  rules,
  standingOf,
  updatesOfOnePlayer,
} from './testing/arbitraries.ts';

/** DynamoDB compares sort keys by their UTF-8 bytes. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}

/** The order of the exact scores, without the code under test. */
function compareUnits(a: bigint, b: bigint, order: RankRules['order']): number {
  const ascending = a === b ? 0 : a < b ? -1 : 1;
  return order === 'asc' ? ascending : 0 - ascending;
}

const placed: fc.Arbitrary<Placed> = fc.record({
  player_id: playerId,
  score: fc.oneof(crowdedScore, contractScore).map(({ units }) => toDecimalString(units)),
  achieved_at: occurredAt,
});

const crowd = fc.uniqueArray(placed, { selector: ({ player_id }) => player_id, maxLength: 40 });

test('order of keys = order of scores, for every valid score', () => {
  const score = fc.oneof(contractScore, crowdedScore);
  fc.assert(
    fc.property(score, score, rules, (a, b, rankRules) => {
      const keyOf = (units: bigint) => rankKey(standingOf(toDecimalString(units)), rankRules);
      expect(compareBytes(keyOf(a.units), keyOf(b.units))).toBe(
        compareUnits(a.units, b.units, rankRules.order),
      );
    }),
    { numRuns: 5000 },
  );
});

test('order of keys = order of sums of scores', () => {
  const history = updatesOfOnePlayer(contractScore);
  fc.assert(
    fc.property(history, history, rules, (a, b, { order, tie_break }) => {
      const sum = (updates: typeof a) => updates.reduce((total, { units }) => total + units, 0n);
      const keyOf = (updates: typeof a) => {
        const standing = updates.reduce<ReturnType<typeof fold> | undefined>(
          (before, update) => fold(before, update, { operator: 'sum', order }),
          undefined,
        );
        return rankKey({ ...standingOf(standing?.score ?? '') }, { order, tie_break });
      };
      expect(compareBytes(keyOf(a), keyOf(b))).toBe(compareUnits(sum(a), sum(b), order));
    }),
    { numRuns: 1000 },
  );
});

test('order of keys = order of values with any number of digits, up to the sum of 10^14 of the largest scores', () => {
  const greatest = (10n ** 15n - 1n) * 1_000_000n * 10n ** 14n;
  const value = fc
    .tuple(fc.integer({ min: 0, max: 35 }), fc.bigInt({ min: -greatest, max: greatest }))
    .map(([digits, units]) => units / 10n ** BigInt(digits));
  const neighbours = value.chain((units) => fc.tuple(fc.constant(units), fc.constant(units + 1n)));
  fc.assert(
    fc.property(fc.oneof(neighbours, fc.tuple(value, value)), rules, ([a, b], rankRules) => {
      const keyOf = (units: bigint) => rankKey(standingOf(toDecimalString(units)), rankRules);
      expect(compareBytes(keyOf(a), keyOf(b))).toBe(compareUnits(a, b, rankRules.order));
    }),
    { numRuns: 5000 },
  );
});

test('a value with too many digits is rejected, not misplaced', () => {
  expect(() => rankKey(standingOf(toDecimalString(10n ** 35n)), descending('earliest'))).toThrow(
    expect.objectContaining({ code: 'DecimalOutOfRange', message: expect.stringContaining('35') }),
  );
});

test('keys are unique and in the order of compareStandings, tie-breaks included', () => {
  fc.assert(
    fc.property(crowd, rules, (standings, rankRules) => {
      const byKey = standings.toSorted((a, b) =>
        compareBytes(rankKey(a, rankRules), rankKey(b, rankRules)),
      );
      expect(byKey).toEqual(standings.toSorted((a, b) => compareStandings(a, b, rankRules)));
      expect(new Set(byKey.map((standing) => rankKey(standing, rankRules))).size).toBe(
        byKey.length,
      );
    }),
    { numRuns: 1000 },
  );
});

test('rank = 1 + number of keys below the start of the rank', () => {
  fc.assert(
    fc.property(crowd, rules, (standings, rankRules) => {
      const keys = standings.map((standing) => rankKey(standing, rankRules));
      for (const { rank, ...standing } of rankStandings(standings, rankRules)) {
        const start = rankStart(rankKey(standing, rankRules), rankRules.tie_break);
        expect(1 + keys.filter((key) => compareBytes(key, start) < 0).length).toBe(rank);
      }
    }),
    { numRuns: 500 },
  );
});

test('keys are ASCII and at most 56 bytes plus the player id', () => {
  fc.assert(
    fc.property(placed, rules, (standing, rankRules) => {
      const key = rankKey(standing, rankRules);
      expect(key).toMatch(/^[\x21-\x7e]+$/);
      expect(key.length).toBeLessThanOrEqual(56 + standing.player_id.length);
    }),
  );
  const longest = standingOf(toDecimalString(-(10n ** 35n) + 1n), {
    achieved_at: '9999-12-31T23:59:59.999Z',
    player_id: 'p'.repeat(128),
  });
  expect(rankKey(longest, descending('earliest'))).toHaveLength(56 + 128);
});

test.each([
  { tie_break: 'earliest', order: 'asc', score: '12.5', key: 'p812500000#pd1795253400000#ada' },
  { tie_break: 'earliest', order: 'desc', score: '12.5', key: 'nr87499999#pd1795253400000#ada' },
  { tie_break: 'latest', order: 'desc', score: '-12.5', key: 'p812500000#nm8204746599999#ada' },
  { tie_break: 'latest', order: 'asc', score: '0', key: 'p0#nm8204746599999#ada' },
  { tie_break: 'shared', order: 'desc', score: '12.5', key: 'nr87499999#ada' },
] as const)('the layout is the one in the README: $score $order $tie_break', (row) => {
  expect(rankKey(standingOf(row.score), row)).toBe(row.key);
});

test.each(TIE_BREAKS)('equal scores: %s', (tieBreak) => {
  const first = standingOf('5', { player_id: 'zoe', achieved_at: '2026-11-21T09:30:00.001Z' });
  const second = standingOf('5', { player_id: 'ada', achieved_at: '2026-11-21T09:30:00.002Z' });
  const together = standingOf('5', { player_id: 'bob', achieved_at: '2026-11-21T09:30:00.002Z' });
  const byKey = [together, first, second]
    .map((standing) => rankKey(standing, descending(tieBreak)))
    .toSorted(compareBytes)
    .map((key) => key.slice(key.lastIndexOf('#') + 1));
  expect(byKey).toEqual(
    {
      earliest: ['zoe', 'ada', 'bob'],
      latest: ['ada', 'bob', 'zoe'],
      shared: ['ada', 'bob', 'zoe'],
    }[tieBreak],
  );
});

test('an instant with or without milliseconds gives the same key', () => {
  const short = standingOf('5', { achieved_at: '2026-11-21T09:30:00Z' });
  const long = standingOf('5', { achieved_at: '2026-11-21T09:30:00.000Z' });
  expect(rankKey(short, descending('earliest'))).toBe(rankKey(long, descending('earliest')));
});

test.each([
  '2026-11-21',
  '2026-11-21T09:30:00',
  '2026-11-21T09:30:00+01:00',
  '0000-01-01T00:00:00Z',
  'now',
])('an achieved_at that is not an instant in UTC is rejected: %s', (achieved_at) => {
  expect(() => rankKey(standingOf('5', { achieved_at }), descending('latest'))).toThrow(
    expect.objectContaining({
      code: 'InvalidInstant',
      message: expect.stringContaining(achieved_at),
    }),
  );
});

test('every key parses to its parts', () => {
  const anyUnits = fc.bigInt({ min: -(10n ** 35n) + 1n, max: 10n ** 35n - 1n });
  const units = fc.oneof(
    anyUnits,
    crowdedScore.map(({ units }) => units),
  );
  fc.assert(
    fc.property(units, occurredAt, playerId, rules, (value, achieved_at, player_id, rankRules) => {
      const score = toDecimalString(value);
      const key = rankKey({ player_id, score, achieved_at }, rankRules);
      const time =
        rankRules.tie_break === 'shared' ? {} : { achieved_at_ms: Date.parse(achieved_at) };
      expect(parseRankKey(key, rankRules)).toEqual({ player_id, score, ...time });
    }),
    { numRuns: 2000 },
  );
});

test('a string parses only if rankKey returns it for its parts', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const parts = parseRankKey(text, descending('earliest'));
      if (parts === undefined) return;
      const achieved_at = new Date(parts.achieved_at_ms ?? 0).toISOString();
      expect(rankKey({ ...parts, achieved_at }, descending('earliest'))).toBe(text);
    }),
  );
});

test.each([
  '',
  'ada',
  'p0#ada',
  'p15##ada',
  'p315#p0#ada',
  'p15#p0#a/b',
  'p15#p0#ada#',
  'nz#p0#ada',
  'p205#p0#ada',
])('%j is not a rank key', (text) => {
  expect(parseRankKey(text, descending('earliest'))).toBeUndefined();
});

function descending(tie_break: RankRules['tie_break']): RankRules {
  return { order: 'desc', tie_break };
}
