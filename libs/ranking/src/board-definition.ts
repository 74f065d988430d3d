export const SCOPES = ['all_games', 'per_game', 'game'] as const;
export const OPERATORS = ['best', 'last', 'sum', 'count', 'min', 'max'] as const;
export const ORDERS = ['desc', 'asc'] as const;
export const TIE_BREAKS = ['earliest', 'latest', 'shared'] as const;
export const WINDOWS = ['all_time', 'daily', 'weekly', 'monthly'] as const;

/**
 * Shards that one board may have. Every rank and every page asks all shards, so more of them make writes cheaper to
 * spread and reads dearer; 64 partitions take 64,000 writes/s (DynamoDB: 1,000 write units/s per partition).
 */
export const MAX_SHARDS = 64;

/** Which updates of a player count: of every game, of each game on a board of its own, or of one given game. */
export type Scope = (typeof SCOPES)[number];
/** How the updates of a player become one value. `best` follows the order; `min` and `max` do not. */
export type Operator = (typeof OPERATORS)[number];
/** `desc`: the greatest value is first; `asc`: the least is. */
export type Order = (typeof ORDERS)[number];
/** Who is first among equal values: who reached it earliest, who reached it latest, or all on one rank (1, 2, 2, 4). */
export type TieBreak = (typeof TIE_BREAKS)[number];
/** The stretch of `occurred_at`, in UTC, whose updates count; weeks are ISO 8601 weeks. */
export type Window = (typeof WINDOWS)[number];

interface CommonDefinition {
  /** Board id; that of a `per_game` board contains `{game_id}` once. */
  id: string;
  operator: Operator;
  order: Order;
  tie_break: TieBreak;
  windows: readonly Window[];
  /** Partitions of the board's index, 1 to {@link MAX_SHARDS}. */
  shards: number;
  /** Least score that an update may bring. */
  min_score?: number;
  /** Greatest score that an update may bring. */
  max_score?: number;
  /** Only updates of these types count; all types when absent. */
  update_types?: readonly string[];
}

/** What a leaderboard is, complete, as `parseBoardDefinitions` returns it. */
export type BoardDefinition = CommonDefinition &
  ({ scope: 'all_games' | 'per_game' } | { scope: 'game'; game_id: string });

/** The content of a file of board definitions. */
export interface BoardDefinitions {
  /** Id of the board that a reader gets who asks for none. */
  default_board: string;
  boards: readonly BoardDefinition[];
}

/** One leaderboard: `game:chess` is a board of the definition `game:{game_id}`. */
export interface Board {
  id: string;
  definition: BoardDefinition;
}
