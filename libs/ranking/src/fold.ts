import type { BoardDefinition } from './board-definition.ts';
import { parseDecimal, scoreUnits, toDecimalString } from './decimal.ts';
import { RankingError } from './errors.ts';
import { instantMs } from './instant.ts';

/** The fields of a ledger item that a standing is folded from. */
export interface VersionedUpdate {
  player_id: string;
  score: number;
  occurred_at: string;
  /** The dense number of the update within its player: 1, 2, 3, … */
  version: number;
}

/** The place-giving state of one player on one board in one window. */
export interface Standing {
  player_id: string;
  /** The value by which the player is placed: a canonical decimal text, see `toDecimalString`. */
  score: string;
  /** `occurred_at` of the update that reached the present value, as it was sent. */
  achieved_at: string;
  /** How many updates are folded in, those that did not change the value included. */
  updates: number;
  /** The version of the last update folded in. */
  version: number;
}

/** The part of a definition that says how updates become a value. */
export type FoldRules = Pick<BoardDefinition, 'operator' | 'order'>;

/**
 * Folds one update into a standing and returns the new standing; the one passed in is not changed. Updates must come
 * in version order; which boards and windows an update belongs to is decided before, by `boardsFor` and `windowsOf`.
 *
 * A repeat (a version that is not above the standing's) returns the very standing that was passed in, so `===` tells
 * that there is nothing to write. A gap cannot be seen here: versions between may belong to other boards.
 *
 * @throws RankingError `PlayerMismatch`: the update is of another player; `InvalidDecimal`, `InvalidInstant`: it does
 * not obey the contract.
 * @example fold(undefined, { player_id: 'ada', score: 0.1, occurred_at: '2026-11-21T09:30:00Z', version: 1 }, definition).score // '0.1'
 */
export function fold(
  standing: Standing | undefined,
  update: VersionedUpdate,
  rules: FoldRules,
): Standing {
  if (standing === undefined) {
    return {
      player_id: update.player_id,
      score: rules.operator === 'count' ? '1' : toDecimalString(scoreUnits(update.score)),
      achieved_at: update.occurred_at,
      updates: 1,
      version: update.version,
    };
  }
  if (standing.player_id !== update.player_id) {
    throw new RankingError(
      'PlayerMismatch',
      `An update of player ${update.player_id} cannot be folded into the standing of ${standing.player_id}: look the standing up by the update's player_id.`,
    );
  }
  if (update.version <= standing.version) return standing;
  return {
    ...standing,
    ...valueAfter(standing, update, rules),
    updates: standing.updates + 1,
    version: update.version,
  };
}

/** The new value with its `achieved_at`, or undefined when the update leaves the present value where it was. */
function valueAfter(
  standing: Standing,
  update: VersionedUpdate,
  { operator, order }: FoldRules,
): Pick<Standing, 'score' | 'achieved_at'> | undefined {
  const present = parseDecimal(standing.score);
  const arriving = scoreUnits(update.score);
  const reached = (value: bigint) => ({
    score: toDecimalString(value),
    achieved_at: update.occurred_at,
  });
  switch (operator) {
    case 'sum':
      return arriving === 0n ? undefined : reached(present + arriving);
    case 'count':
      return { score: String(standing.updates + 1), achieved_at: update.occurred_at };
    case 'last':
      // Updates come in version order, so at one instant the later version is the one at hand.
      return instantMs(update.occurred_at) >= instantMs(standing.achieved_at)
        ? reached(arriving)
        : undefined;
    case 'best':
      return isGreater(arriving, present, order === 'desc') ? reached(arriving) : undefined;
    case 'max':
      return isGreater(arriving, present, true) ? reached(arriving) : undefined;
    case 'min':
      return isGreater(arriving, present, false) ? reached(arriving) : undefined;
  }
}

/** Whether the arriving value is greater than the present one, or less where less is wanted; never when equal. */
function isGreater(arriving: bigint, present: bigint, greaterIsWanted: boolean): boolean {
  return greaterIsWanted ? arriving > present : arriving < present;
}
