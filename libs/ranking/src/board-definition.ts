export const SCOPES = ['all_games', 'per_game', 'game'] as const;
export const OPERATORS = ['best', 'last', 'sum', 'count', 'min', 'max'] as const;
export const ORDERS = ['desc', 'asc'] as const;
export const TIE_BREAKS = ['earliest', 'latest', 'shared'] as const;
export const WINDOWS = ['all_time', 'daily', 'weekly', 'monthly'] as const;

/**
 * The most shards of a board. Every rank and every page reads all shards, so more shards allow more writes per second and
 * make reads more expensive. 64 partitions accept 64,000 writes/s (DynamoDB: 1,000 write units/s per partition).
 */
export const MAX_SHARDS = 64;

/** One board for all games, a board for each game, or one board for one game. */
export type Scope = (typeof SCOPES)[number];
/** How a player's scores become one value. `best` depends on the order; `min` and `max` do not. */
export type Operator = (typeof OPERATORS)[number];
/** `desc`: the highest value is first; `asc`: the lowest value is first. */
export type Order = (typeof ORDERS)[number];
/** Which of equal values is first: the one reached earliest, the one reached latest, or all share one rank (1, 2, 2, 4). */
export type TieBreak = (typeof TIE_BREAKS)[number];
/** The period of `occurred_at`, in UTC, whose updates count; weeks are ISO 8601 weeks. */
export type Window = (typeof WINDOWS)[number];

interface CommonDefinition {
  /** Board id; the id of a `per_game` board contains `{game_id}` once. */
  id: string;
  operator: Operator;
  order: Order;
  tie_break: TieBreak;
  windows: readonly Window[];
  /** Partitions of the board's index, 1 to {@link MAX_SHARDS}. */
  shards: number;
  /** Lowest score of an update that counts. */
  min_score?: number;
  /** Highest score of an update that counts. */
  max_score?: number;
  /** Only updates of these types count; if absent, all types count. */
  update_types?: readonly string[];
}

/** The definition of a leaderboard with its defaults filled in, as `parseBoardDefinitions` returns it. */
export type BoardDefinition = CommonDefinition &
  ({ scope: 'all_games' | 'per_game' } | { scope: 'game'; game_id: string });

/** The content of a file of board definitions. */
export interface BoardDefinitions {
  /** Id of the board for requests that name none. */
  default_board: string;
  boards: readonly BoardDefinition[];
}

/** One leaderboard: `game:chess` is a board of the definition `game:{game_id}`. */
export interface Board {
  id: string;
  definition: BoardDefinition;
}
