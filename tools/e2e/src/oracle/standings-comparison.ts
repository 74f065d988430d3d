import { expect } from '@jest/globals';
import type { LeaderboardApiClient } from '../stacks/leaderboard-api-client.ts';
import { percentileOf, type OracleEntry, type OracleRanking } from './standings-oracle.ts';

/** Players of one request (README of the read API: up to 100 ids). */
const FRIENDS = 100;
const PAGE = 250;
const NEIGHBOURS = 5;
/** Below the reserved concurrency of the read API, above which it returns 429. */
const REQUESTS_AT_ONCE = 6;

/**
 * Compares whole rankings with the responses of the API: all pages of each, all of their players as friends, and the places
 * and neighbours of a sample of players.
 *
 * @param playersPerWindow players of the sample, for each board and window, spread over the window's periods
 * @returns how many requests that took
 */
export async function expectRankings(
  api: LeaderboardApiClient,
  rankings: readonly OracleRanking[],
  playersPerWindow: number,
): Promise<number> {
  const checks = [...Map.groupBy(rankings, ({ board, window }) => `${board} ${window}`).values()]
    .map((periods) => ({ periods, share: playersPerWindow / playersOf(periods) }))
    .flatMap(({ periods, share }) => periods.flatMap((ranking) => checksOf(api, ranking, share)));
  await runAll(checks);
  return checks.length;
}

type Check = () => Promise<void>;

function playersOf(rankings: readonly OracleRanking[]): number {
  return rankings.reduce((total, { entries }) => total + entries.length, 0);
}

function checksOf(api: LeaderboardApiClient, ranking: OracleRanking, share: number): Check[] {
  const { board, window, period, entries } = ranking;
  const query = { window, period };
  const total = entries.length;
  const whole = { board, window, period, total, exact: true };

  const checkPages = async () => {
    const pages = await api.pages(board, { ...query, limit: PAGE });
    expect(pages.flatMap((page) => page.entries)).toEqual(entries);
    for (const page of pages) expect(page).toMatchObject(whole);
  };
  const checkFriends = (friends: readonly OracleEntry[]) => async () => {
    const ids = friends.map(({ player_id }) => player_id);
    const response = await api.friends(board, ids.toReversed(), query);
    expect(response).toMatchObject({ ...whole, entries: friends, missing: [] });
  };
  const checkPlayer = (entry: OracleEntry, index: number) => [
    async () => {
      const percentile = percentileOf(entry.rank, total);
      const place = await api.place(board, entry.player_id, query);
      expect(place).toMatchObject({ ...whole, ...entry, percentile });
    },
    async () => {
      const near = await api.around(board, entry.player_id, { ...query, limit: NEIGHBOURS });
      const neighbours = entries.slice(Math.max(0, index - NEIGHBOURS), index + NEIGHBOURS + 1);
      expect(near).toMatchObject({ ...whole, player_id: entry.player_id, entries: neighbours });
    },
  ];

  return [
    checkPages,
    ...chunksOf(entries, FRIENDS).map(checkFriends),
    ...entries.flatMap((entry, index) =>
      isSampled(index, share) ? checkPlayer(entry, index) : [],
    ),
  ];
}

/** Selects a share of the places at equal distances, the first included; a share of 1 or more selects all. */
function isSampled(index: number, share: number): boolean {
  return index === 0 || Math.ceil((index + 1) * share) > Math.ceil(index * share);
}

function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

async function runAll(checks: readonly Check[]): Promise<void> {
  const left = checks.values();
  await Promise.all(
    Array.from({ length: REQUESTS_AT_ONCE }, async () => {
      for (const check of left) await check();
    }),
  );
}
