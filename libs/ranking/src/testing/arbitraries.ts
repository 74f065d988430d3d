import { ID_PATTERN, MAX_SHORT_ID_LENGTH } from '@leaderboard/contracts/ids';
import fc from 'fast-check';
import type { BoardDefinition } from '../board-definition.ts';
import { OPERATORS, ORDERS, TIE_BREAKS } from '../board-definition.ts';
import type { Standing, VersionedUpdate } from '../fold.ts';

/** A score as a game server sends it, and the same value in millionths, computed without the code under test. */
export interface ExactScore {
  score: number;
  units: bigint;
}

/** Every score that the contract allows: at most 15 significant digits, at most 6 of them after the point. */
export const contractScore: fc.Arbitrary<ExactScore> = fc
  .tuple(
    fc.oneof(
      fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n }),
      fc.bigInt({ min: -20n, max: 20n }),
      fc.constantFrom(10n ** 15n - 1n, -(10n ** 15n) + 1n, 0n),
    ),
    fc.integer({ min: 0, max: 6 }),
  )
  .map(([mantissa, fractionDigits]) => ({
    score: Number(`${mantissa}e-${fractionDigits}`),
    units: mantissa * 10n ** BigInt(6 - fractionDigits),
  }));

/** Scores with many equal ones. */
export const crowdedScore: fc.Arbitrary<ExactScore> = fc
  .integer({ min: -3, max: 3 })
  .map((tenths) => ({ score: tenths / 10, units: BigInt(tenths) * 100_000n }));

/** A realistic instant, and sometimes one far away; some without milliseconds. */
export const occurredAt: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      fc.integer({ min: Date.UTC(2026, 10, 21), max: Date.UTC(2026, 10, 21) + 20 }),
      fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) }),
      fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(9999, 11, 31) }),
    ),
    fc.boolean(),
  )
  .map(([ms, isWholeSecond]) =>
    isWholeSecond
      ? new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
      : new Date(ms).toISOString(),
  );

const ID_CHARACTERS = 'ABCXYZabcxyz0189._:@-';

/** A player id of 1 to 128 characters, mostly short and often a prefix of another. */
export const playerId: fc.Arbitrary<string> = fc.oneof(
  fc.stringMatching(/^[a-c][a-c:.]{0,2}$/),
  fc
    .array(fc.constantFrom(...ID_CHARACTERS), { maxLength: 127 })
    .map((characters) => `p${characters.join('')}`),
);

/** A game id of 1 to 64 characters. */
export const gameId: fc.Arbitrary<string> = fc.stringMatching(
  new RegExp(ID_PATTERN.replace(/\*\$$/, `{0,${MAX_SHORT_ID_LENGTH - 1}}$`)),
);

export const rules = fc.record({
  operator: fc.constantFrom(...OPERATORS),
  order: fc.constantFrom(...ORDERS),
  tie_break: fc.constantFrom(...TIE_BREAKS),
}) satisfies fc.Arbitrary<Pick<BoardDefinition, 'operator' | 'order' | 'tie_break'>>;

/** Updates of one player that all belong to one standing; versions increase, with gaps for updates of other boards. */
export function updatesOfOnePlayer(
  score: fc.Arbitrary<ExactScore>,
): fc.Arbitrary<(VersionedUpdate & { units: bigint })[]> {
  return fc
    .array(fc.tuple(score, occurredAt, fc.integer({ min: 1, max: 3 })), {
      minLength: 1,
      maxLength: 30,
    })
    .map((rows) => {
      let version = 0;
      return rows.map(([exact, occurred_at, step]) => {
        version += step;
        return { player_id: 'ada', occurred_at, version, ...exact };
      });
    });
}

/** A standing with the given score. */
export function standingOf(
  score: string,
  { player_id = 'ada', achieved_at = '2026-11-21T09:30:00Z' } = {},
): Standing {
  return { player_id, score, achieved_at, updates: 1, version: 1 };
}
