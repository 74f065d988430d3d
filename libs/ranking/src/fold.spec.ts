import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FoldRules, Standing, VersionedUpdate } from './fold.ts';
import { fold } from './fold.ts';
import { OPERATORS, ORDERS } from './board-definition.ts';
import { parseDecimal } from './decimal.ts';
import { contractScore, crowdedScore, rules, updatesOfOnePlayer } from './testing/arbitraries.ts';

type ExactUpdate = VersionedUpdate & { units: bigint };

const histories = fc.oneof(updatesOfOnePlayer(contractScore), updatesOfOnePlayer(crowdedScore));

function foldAll(
  updates: readonly VersionedUpdate[],
  foldRules: FoldRules,
  from?: Standing,
): Standing | undefined {
  return updates.reduce<Standing | undefined>(
    (standing, update) => fold(standing, update, foldRules),
    from,
  );
}

/** The operators over the whole history instead of update by update. */
function valueOf(updates: readonly ExactUpdate[], { operator, order }: FoldRules) {
  const wantsLeast = operator === 'min' || (operator === 'best' && order === 'asc');
  const extreme = updates
    .map(({ units }) => units)
    .reduce((a, b) => ((wantsLeast ? a < b : a > b) ? a : b));
  const latest = updates.toSorted(
    (a, b) => Date.parse(a.occurred_at) - Date.parse(b.occurred_at) || a.version - b.version,
  );
  const total = updates.reduce((sum, { units }) => sum + units, 0n);
  switch (operator) {
    case 'sum':
      return {
        units: total,
        reachedBy: updates.findLast(({ units }, i) => units !== 0n || i === 0),
      };
    case 'count':
      return { units: BigInt(updates.length) * 1_000_000n, reachedBy: updates.at(-1) };
    case 'last':
      return { units: latest.at(-1)?.units, reachedBy: latest.at(-1) };
    default:
      return { units: extreme, reachedBy: updates.find(({ units }) => units === extreme) };
  }
}

test('every operator equals its definition over the whole history', () => {
  fc.assert(
    fc.property(histories, rules, (updates, foldRules) => {
      const standing = foldAll(updates, foldRules);
      const { units, reachedBy } = valueOf(updates, foldRules);
      expect(parseDecimal(standing?.score ?? '')).toBe(units);
      expect(standing).toMatchObject({
        player_id: 'ada',
        achieved_at: reachedBy?.occurred_at,
        updates: updates.length,
        version: updates.at(-1)?.version,
      });
    }),
    { numRuns: 1000 },
  );
});

test('folding in batches, stored in between, equals folding one by one', () => {
  fc.assert(
    fc.property(histories, rules, fc.nat(29), (updates, foldRules, cut) => {
      const stored = JSON.stringify(foldAll(updates.slice(0, cut), foldRules) ?? null);
      const restored = (JSON.parse(stored) as Standing | null) ?? undefined;
      expect(foldAll(updates.slice(cut), foldRules, restored)).toEqual(foldAll(updates, foldRules));
    }),
  );
});

test('a repeat changes nothing, at any position', () => {
  fc.assert(
    fc.property(histories, rules, fc.nat(29), fc.nat(29), (updates, foldRules, at, back) => {
      const standing = foldAll(updates.slice(0, at + 1), foldRules);
      const repeated = updates[Math.min(at, back, updates.length - 1)];
      if (standing === undefined || repeated === undefined) throw new Error('the history is empty');
      expect(fold(standing, repeated, foldRules)).toBe(standing);
    }),
  );
});

test('the argument is not changed', () => {
  const standing = Object.freeze(fold(undefined, update(5, 1), { operator: 'sum', order: 'desc' }));
  expect(fold(standing, update(5, 2), { operator: 'sum', order: 'desc' }).score).toBe('10');
});

test('0.1 ten times is 1 on a sum board', () => {
  const updates = Array.from({ length: 10 }, (_, index) => update(0.1, index + 1));
  expect(foldAll(updates, { operator: 'sum', order: 'desc' })?.score).toBe('1');
});

test.each(OPERATORS.flatMap((operator) => ORDERS.map((order) => ({ operator, order }))))(
  'a later equal score does not change achieved_at: $operator $order',
  (foldRules) => {
    const isReachedAgain = ['sum', 'count', 'last'].includes(foldRules.operator);
    const standing = foldAll([update(5, 1), update(5, 2)], foldRules);
    expect(standing?.achieved_at).toBe(at(isReachedAgain ? 2 : 1));
  },
);

test('a score of 0 does not change achieved_at of a sum', () => {
  const standing = foldAll([update(5, 1), update(0, 2)], { operator: 'sum', order: 'desc' });
  expect(standing).toEqual({
    player_id: 'ada',
    score: '5',
    achieved_at: at(1),
    updates: 2,
    version: 2,
  });
});

test('last goes by occurred_at, then by version', () => {
  const foldRules: FoldRules = { operator: 'last', order: 'desc' };
  const late = { ...update(7, 2), occurred_at: at(0) };
  expect(foldAll([update(5, 1), late], foldRules)).toMatchObject({
    score: '5',
    updates: 2,
    version: 2,
  });
  const sameInstant = { ...update(8, 3), occurred_at: '2026-11-21T09:30:01.000Z' };
  expect(foldAll([update(5, 1), late, sameInstant], foldRules)?.score).toBe('8');
});

test('an invalid score is rejected, also as the first one', () => {
  for (const operator of ['best', 'last', 'sum', 'min', 'max'] as const) {
    const foldRules: FoldRules = { operator, order: 'desc' };
    const inexact = update(0.1 + 0.2, 2);
    for (const before of [undefined, fold(undefined, update(5, 1), foldRules)]) {
      expect(() => fold(before, inexact, foldRules)).toThrow(
        expect.objectContaining({ code: 'InvalidDecimal' }),
      );
    }
  }
});

test('an update of another player is rejected', () => {
  const standing = fold(undefined, update(5, 1), { operator: 'sum', order: 'desc' });
  const foreign = { ...update(5, 2), player_id: 'bob' };
  expect(() => fold(standing, foreign, { operator: 'sum', order: 'desc' })).toThrow(
    expect.objectContaining({ code: 'PlayerMismatch', message: expect.stringMatching(/bob.*ada/) }),
  );
});

function update(score: number, version: number): VersionedUpdate {
  return { player_id: 'ada', score, occurred_at: at(version), version };
}

function at(second: number): string {
  return `2026-11-21T09:30:0${second}Z`;
}
