import type { Entry } from '../generated/api-types.ts';

/** How an entry moved since the previous poll. */
export type Movement =
  | { kind: 'same' }
  | { kind: 'new' }
  | { kind: 'up'; places: number }
  | { kind: 'down'; places: number };

/** The part of a response that two polls are compared by. */
export interface Ranking {
  board: string;
  window: string;
  period: string;
  entries: readonly Entry[];
}

const SAME: Movement = { kind: 'same' };

/**
 * Compares two polls of one ranking. The first poll, another board, and a new period of the window have
 * nothing to compare with: then no player has moved.
 *
 * @returns the movement of each player of `next`
 */
export function movementsBetween(
  previous: Ranking | undefined,
  next: Ranking,
): Map<string, Movement> {
  const comparable = previous !== undefined && isSameRanking(previous, next);
  const ranks = new Map(previous?.entries.map(({ player_id, rank }) => [player_id, rank]));
  return new Map(
    next.entries.map(({ player_id, rank }) => [
      player_id,
      comparable ? movement(ranks.get(player_id), rank) : SAME,
    ]),
  );
}

function isSameRanking(a: Ranking, b: Ranking): boolean {
  return a.board === b.board && a.window === b.window && a.period === b.period;
}

function movement(before: number | undefined, now: number): Movement {
  if (before === undefined) return { kind: 'new' };
  if (now < before) return { kind: 'up', places: before - now };
  if (now > before) return { kind: 'down', places: now - before };
  return SAME;
}
