import { describe, expect, test } from '@jest/globals';
import { ORDERS, rankKey, TIE_BREAKS, toDecimalString } from '@leaderboard/ranking';
import fc from 'fast-check';
import { readRankKey } from './rank-key-value.ts';

const playerIds = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:@-]{0,20}$/);

describe.each(ORDERS)('%s', (order) => {
  test.each(TIE_BREAKS)('%s: reads back what rankKey wrote', (tie_break) => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 34n), max: 10n ** 34n }),
        fc.date({ min: new Date(-6e13), max: new Date(2e14), noInvalidDate: true }),
        playerIds,
        (units, date, player_id) => {
          const score = toDecimalString(units);
          const standing = { player_id, score, achieved_at: date.toISOString() };
          const key = rankKey(standing, { order, tie_break });
          expect(readRankKey(key, { order, tie_break })).toEqual({
            score,
            achievedAtMs: tie_break === 'shared' ? undefined : date.getTime(),
            playerId: player_id,
          });
        },
      ),
    );
  });
});

test('a text that rankKey never gives is not read', () => {
  const rules = { order: 'desc', tie_break: 'earliest' } as const;
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const value = readRankKey(text, rules);
      if (value === undefined) return;
      const achieved_at = new Date(value.achievedAtMs ?? 0).toISOString();
      const { score, playerId: player_id } = value;
      expect(rankKey({ player_id, score, achieved_at }, rules)).toBe(text);
    }),
  );
  for (const text of [
    '',
    'ada',
    'p0#ada',
    'p15##ada',
    'p315#p0#ada',
    'p15#p0#a/b',
    'p15#p0#ada#',
    'nz#p0#ada',
    'p205#p0#ada',
  ])
    expect(readRankKey(text, rules)).toBeUndefined();
});
