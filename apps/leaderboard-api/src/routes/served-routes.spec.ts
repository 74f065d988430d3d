import { beforeEach, describe, expect, test } from '@jest/globals';
import { definition, useApi, type TestApi } from '../testing/test-api.ts';
import type { TestUpdate } from '../testing/test-tables.ts';

const SUM = definition();
const BEST = definition({ operator: 'best' });
const MOVES = definition({ id: 'MOVES', operator: 'count' });
const LATER = { default_board: 'MOVES', boards: [BEST, MOVES] };

const createApi = useApi();
let api: TestApi;

function score(player_id: string, points: number, second: number): TestUpdate {
  const occurred_at = `2026-11-21T09:00:0${second}Z`;
  return { player_id, score: points, occurred_at, game_id: 'chess' };
}

/** A stack that folds under both sets; the deployed one is served. */
beforeEach(async () => {
  api = await createApi([SUM, BEST, MOVES]);
  await api.tables.play([score('ada', 30, 1), score('ada', 20, 2), score('bob', 40, 3)]);
  await api.tables.addBoardSet('later', LATER);
  api.deployed = { default_board: 'GLOBAL', boards: [SUM] };
  api.restart();
});

const scores = async () => {
  const { body } = await api.get('/leaderboards/GLOBAL');
  return { exact: body.exact, scores: body.entries.map(({ score: s }: { score: string }) => s) };
};

describe('other boards that are served', () => {
  test('count from the first live read on, whatever the instance has in memory', async () => {
    expect(await scores()).toEqual({ exact: true, scores: ['50', '40'] });
    await api.tables.recordCompleteness(LATER.boards, {}, 'later');
    expect(await scores()).toEqual({ exact: true, scores: ['40', '30'] });
    expect((await api.get('/leaderboards/MOVES')).body).toMatchObject({ total: 2, exact: true });
    expect((await api.get('/players/ada/standings')).body.standings).toMatchObject([
      { board: 'GLOBAL', score: '30' },
      { board: 'GLOBAL', score: '30' },
      { board: 'MOVES', score: '2' },
      { board: 'MOVES', score: '2' },
    ]);
  });

  test('are found by a request that would be refused', async () => {
    expect((await api.errorOf('/leaderboards/MOVES'))[0]).toBe(404);
    await api.tables.recordCompleteness(LATER.boards, {}, 'later');
    api.clockMs += 1_000;
    expect((await api.get('/leaderboards/MOVES')).status).toBe(200);
  });

  test('count for snapshots after ten seconds', async () => {
    const ofDefault = async () => (await api.errorOf('/'))[1];
    expect(await ofDefault()).toContain('GLOBAL');
    await api.tables.recordCompleteness(LATER.boards, {}, 'later');
    api.clockMs += 10_000;
    expect(await ofDefault()).toContain('MOVES');
  });

  test('that are not complete are not exact', async () => {
    await api.tables.recordCompleteness([MOVES], {}, 'later');
    expect(await scores()).toEqual({ exact: false, scores: ['40', '30'] });
    expect((await api.get('/leaderboards/MOVES')).body).toMatchObject({ exact: true });
  });

  test('that the table does not have make reads fail', async () => {
    await api.tables.recordCompleteness([SUM], {}, 'gone');
    expect((await api.get('/leaderboards/GLOBAL')).status).toBe(500);
    expect((await api.get('/players/ada/history')).status).toBe(200);
  });
});
