/** Greatest `limit` of a list. */
export const MAX_LIMIT = 1_000;
/** Greatest number of entries on either side of a player: both sides together are about the longest page. */
export const MAX_AROUND_LIMIT = 500;
/** Greatest number of player ids in one request; one BatchGetItem request takes as many keys. */
export const MAX_FRIENDS = 100;

/** Greatest number of buckets of a distribution. */
export const MAX_BUCKETS = 50;
/** Greatest part of the players that share a bucket at either end of a distribution, in percent. */
export const MAX_TAIL_PERCENT = 25;
/** Greatest number of standings that are ranked in one request: each takes a read of its board. */
export const MAX_RANKED_STANDINGS = 8;

export const LIMITS = {
  page: { min: 1, max: MAX_LIMIT, default: 100 },
  around: { min: 1, max: MAX_AROUND_LIMIT, default: 5 },
  buckets: { min: 1, max: MAX_BUCKETS, default: 20 },
  tails: { min: 0, max: MAX_TAIL_PERCENT, default: 0 },
} as const;

export type QueryName =
  | 'window'
  | 'period'
  | 'limit'
  | 'cursor'
  | 'ids'
  | 'from_rank'
  | 'min_version'
  | 'buckets'
  | 'tails'
  | 'ranks'
  | 'boards'
  | 'board';

/** A route: its path, parameters and response. The router and the OpenAPI document are made from it. */
export interface RouteDescription {
  /** Path parameters in braces. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly query: readonly QueryName[];
  readonly limit?: (typeof LIMITS)[keyof typeof LIMITS];
  /** Name of the definition in `schemas/responses.schema.json`; undefined for the OpenAPI document. */
  readonly response: string | undefined;
}

/** Every route; all of them are GET. */
export const ROUTES = {
  latestSnapshot: {
    path: '/',
    summary: 'The latest snapshot of the default board',
    query: [],
    response: 'Snapshot',
  },
  boards: {
    path: '/leaderboards',
    summary: 'The boards that have players, and those that are always listed',
    query: ['limit', 'cursor'],
    limit: LIMITS.page,
    response: 'Boards',
  },
  page: {
    path: '/leaderboards/{board}',
    summary: 'Ranked entries of a board, from rank 1 or another place',
    query: ['window', 'period', 'limit', 'cursor', 'from_rank'],
    limit: LIMITS.page,
    response: 'LeaderboardPage',
  },
  friends: {
    path: '/leaderboards/{board}/players',
    summary: 'The places of up to 100 players',
    query: ['ids', 'window', 'period'],
    response: 'Friends',
  },
  player: {
    path: '/leaderboards/{board}/players/{player_id}',
    summary: "One player's place",
    query: ['window', 'period', 'min_version'],
    response: 'PlayerPlace',
  },
  around: {
    path: '/leaderboards/{board}/players/{player_id}/around',
    summary: 'A player with the players above and below',
    query: ['window', 'period', 'limit', 'min_version'],
    limit: LIMITS.around,
    response: 'Around',
  },
  distribution: {
    path: '/leaderboards/{board}/distribution',
    summary: 'How the scores of a board are distributed, and the scores of the top 1, 10 and 50 %',
    query: ['window', 'period', 'buckets', 'tails'],
    response: 'Distribution',
  },
  snapshots: {
    path: '/leaderboards/{board}/snapshots',
    summary: 'The stored snapshots of a board, newest first, without their entries',
    query: ['window', 'limit', 'cursor'],
    limit: LIMITS.page,
    response: 'SnapshotList',
  },
  snapshot: {
    path: '/leaderboards/{board}/snapshots/{as_of}',
    summary: 'One stored snapshot: the latest, or that of an instant',
    query: ['window'],
    response: 'Snapshot',
  },
  history: {
    path: '/players/{player_id}/history',
    summary: "A player's updates over all games, newest first",
    query: ['limit', 'cursor'],
    limit: LIMITS.page,
    response: 'History',
  },
  standings: {
    path: '/players/{player_id}/standings',
    summary: "A player's present standings on all boards, with ranks on request",
    query: ['ranks', 'boards', 'min_version'],
    response: 'PlayerStandings',
  },
  explain: {
    path: '/players/{player_id}/explain',
    summary: "What each of a player's updates did to a standing, oldest first",
    query: ['board', 'window', 'period', 'limit', 'cursor'],
    limit: LIMITS.page,
    response: 'Explanation',
  },
  openapi: {
    path: '/openapi.json',
    summary: 'This document',
    query: [],
    response: undefined,
  },
} as const satisfies Record<string, RouteDescription>;

export type RouteName = keyof typeof ROUTES;
