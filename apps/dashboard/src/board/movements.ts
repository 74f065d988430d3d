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
  /** Place of the first entry; undefined for the top. */
  from?: number | undefined;
  entries: readonly Entry[];
}

const SAME: Movement = { kind: 'same' };

/**
 * Compares two polls of one ranking. The first poll, another board, other ranks, and a new period of the window have
 * nothing to compare with: then no player has moved. Only at the top is a player new who was not there before: elsewhere
 * it comes from a neighbouring page.
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
      comparable ? movement(ranks.get(player_id), rank, next.from === undefined) : SAME,
    ]),
  );
}

function isSameRanking(a: Ranking, b: Ranking): boolean {
  return a.board === b.board && a.window === b.window && a.period === b.period && a.from === b.from;
}

function movement(before: number | undefined, now: number, isTop: boolean): Movement {
  if (before === undefined) return isTop ? { kind: 'new' } : SAME;
  if (now < before) return { kind: 'up', places: before - now };
  if (now > before) return { kind: 'down', places: now - before };
  return SAME;
}
