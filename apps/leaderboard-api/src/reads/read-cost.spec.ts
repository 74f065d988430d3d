import { describe, expect, test } from '@jest/globals';
import { API_METRICS } from '@leaderboard/contracts/metrics';
import { GAMES } from '../testing/sample-game.ts';
import { definition, useApi, type TestApi } from '../testing/test-api.ts';

const SMALL = 500;
const LARGE = 50_000;
const BOARD = definition({ windows: ['all_time'] });

const createApi = useApi();

/** What one request costs an instance that has just started: read units, requests to DynamoDB and reads of objects. */
async function costOf(api: TestApi, url: string) {
  // Nothing that an earlier request has read is used.
  api.restart();
  let requests = 0;
  api.onRequest = () => {
    requests += 1;
  };
  const objects = api.tables.runs.reads;
  const { status } = await api.get(url);
  const units = api.metrics.take(API_METRICS.readUnits);
  return { status, units, requests, objects: api.tables.runs.reads - objects };
}

async function boardOf(players: number): Promise<TestApi> {
  const api = await createApi([BOARD, GAMES]);
  const friends = Array.from({ length: 100 }, (_, index) => Math.floor((index * players) / 100));
  await api.tables.buildBoard(BOARD, players, [...friends, players - 1]);
  await api.tables.registerBoards({ GLOBAL: players });
  return api;
}

const id = (player: number) => `player-${String(player).padStart(6, '0')}`;

describe('what a read costs does not depend on the board', () => {
  let boards: Promise<[TestApi, TestApi]> | undefined;
  const both = () => (boards ??= Promise.all([boardOf(SMALL), boardOf(LARGE)]));

  /** Routes, and how many objects more they may read of a large run: its index, and segments of its entries. */
  test.each<[string, (players: number) => string, number]>([
    ['the boards', () => '/leaderboards', 0],
    ['the first page', () => '/leaderboards/GLOBAL', 1],
    ['the last place', () => '/leaderboards/GLOBAL?from_rank=-1', 1],
    ['a page deep down', (players) => `/leaderboards/GLOBAL?from_rank=${players - 150}`, 2],
    ['the best player', () => `/leaderboards/GLOBAL/players/${id(0)}`, 1],
    ['a player', (players) => `/leaderboards/GLOBAL/players/${id(players / 2)}`, 1],
    ['around', (players) => `/leaderboards/GLOBAL/players/${id(players / 2)}/around`, 2],
    [
      '100 friends',
      (players) => {
        const friends = Array.from({ length: 100 }, (_, index) => id((index * players) / 100));
        return `/leaderboards/GLOBAL/players?ids=${friends.join(',')}`;
      },
      // One segment for each.
      100,
    ],
    ['the distribution', () => '/leaderboards/GLOBAL/distribution', 5],
    ['a player on all boards', () => `/players/${id(0)}/standings?ranks=true`, 1],
    ['an explanation', () => `/players/${id(0)}/explain`, 0],
    ['a player who does not exist', () => '/leaderboards/GLOBAL/players/nobody', 0],
    ['a board without players', () => '/leaderboards/game:none', 0],
    ['a board that is not defined', () => '/leaderboards/none', 0],
  ])('%s', async (_, urlOf, moreObjects) => {
    const [small, large] = await both();
    const [one, other] = [await costOf(small, urlOf(SMALL)), await costOf(large, urlOf(LARGE))];
    expect(other).toEqual({ ...one, objects: expect.any(Number) });
    expect(other.objects).toBeLessThanOrEqual(one.objects + moreObjects);
    // 100 friends: a unit for each strong read.
    expect(other.units).toBeLessThanOrEqual(urlOf(LARGE).includes('ids=') ? 105 : 5);
    // Three of them are for the ids of the tables, once a minute, one for the boards that are served, every ten seconds, and one
    // for the notes of the projectors.
    expect(other.requests).toBeLessThanOrEqual(8);
  });
});

test('300 reads in half a second read the log of their board once', async () => {
  const api = await boardOf(SMALL);
  await api.get('/leaderboards/GLOBAL');
  let reads = 0;
  api.onRequest = (input) => {
    if (JSON.stringify(input).includes('leaderboard-ranks')) reads += 1;
  };
  for (let read = 0; read < 300; read += 1) {
    expect((await api.get(`/leaderboards/GLOBAL/players/${id(0)}`)).status).toBe(200);
  }
  expect(reads).toBe(0);
});
