import type { BoardDefinition } from './board-definition.ts';
import { parseDecimal, scoreUnits, toDecimalString } from './decimal.ts';
import { RankingError } from './errors.ts';
import { instantMs } from './instant.ts';

/** The fields of a ledger item that a standing is folded from. */
export interface VersionedUpdate {
  player_id: string;
  score: number;
  occurred_at: string;
  /** The number of the update within its player, without gaps: 1, 2, 3, … */
  version: number;
}

/** The state of one player on one board in one window, from which the rank follows. */
export interface Standing {
  player_id: string;
  /** The value by which the player is ranked: a canonical decimal, see `toDecimalString`. */
  score: string;
  /** `occurred_at` of the update that reached the current value, as it was sent. */
  achieved_at: string;
  /** Number of updates folded, including those that did not change the value. */
  updates: number;
  /** The version of the last update folded. */
  version: number;
}

/** The part of a definition that determines how updates become a value. */
export type FoldRules = Pick<BoardDefinition, 'operator' | 'order'>;

/**
 * Folds one update into a standing and returns the new standing; the argument is not changed. Updates must come in version
 * order. `boardsFor` and `windowsOf` determine the boards and windows of an update.
 *
 * A repeat (a version not above the standing's) returns the same object, so `===` shows that there is nothing to write. `fold`
 * cannot detect a gap: the versions between may belong to other boards.
 *
 * @throws RankingError `PlayerMismatch`: the update is of another player; `InvalidDecimal`, `InvalidInstant`: it violates the
 * contract.
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

/** The new value with its `achieved_at`, or undefined when the update does not change the value. */
function valueAfter(
  standing: Standing,
  update: VersionedUpdate,
  { operator, order }: FoldRules,
): Pick<Standing, 'score' | 'achieved_at'> | undefined {
  const current = parseDecimal(standing.score);
  const arriving = scoreUnits(update.score);
  const reached = (value: bigint) => ({
    score: toDecimalString(value),
    achieved_at: update.occurred_at,
  });
  switch (operator) {
    case 'sum':
      return arriving === 0n ? undefined : reached(current + arriving);
    case 'count':
      return { score: String(standing.updates + 1), achieved_at: update.occurred_at };
    case 'last':
      // Updates come in version order, so at equal times this one has the later version.
      return instantMs(update.occurred_at) >= instantMs(standing.achieved_at)
        ? reached(arriving)
        : undefined;
    case 'best':
      return isBetter(arriving, current, order === 'desc') ? reached(arriving) : undefined;
    case 'max':
      return isBetter(arriving, current, true) ? reached(arriving) : undefined;
    case 'min':
      return isBetter(arriving, current, false) ? reached(arriving) : undefined;
  }
}

/** Whether the arriving value replaces the current one; never when equal. */
function isBetter(arriving: bigint, current: bigint, higherIsBetter: boolean): boolean {
  return higherIsBetter ? arriving > current : arriving < current;
}
