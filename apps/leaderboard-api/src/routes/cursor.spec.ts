import { beforeAll, expect, test } from '@jest/globals';
import { boardDefinitionHash } from '@leaderboard/ranking';
import { createSampleGame, GLOBAL } from '../testing/sample-game.ts';
import { definition, useApi, type TestApi } from '../testing/test-api.ts';
import { encodeCursor } from './cursor.ts';

const createApi = useApi();
let api: TestApi;

beforeAll(async () => {
  api = await createSampleGame(createApi);
});

const REMEDY = 'Use next_cursor of the previous page, or omit it for the first page.';

test('a cursor of another board, window, period or list is rejected', async () => {
  const cursorOf = async (url: string): Promise<string> => (await api.get(url)).body.next_cursor;
  const global = await cursorOf('/leaderboards/GLOBAL?limit=1');
  const weekly = await cursorOf('/leaderboards/GLOBAL?window=weekly&limit=1');
  const history = await cursorOf('/players/ada/history?limit=1');
  expect(await api.errorOf(`/leaderboards/game:chess?window=monthly&cursor=${global}`)).toEqual([
    400,
    `Invalid cursor. It belongs to GLOBAL#all_time, the request to game:chess#monthly#2026-11. ${REMEDY}`,
  ]);
  expect(await api.errorOf(`/leaderboards/GLOBAL?cursor=${weekly}`)).toEqual([
    400,
    expect.stringContaining('2026-W47'),
  ]);
  expect(
    await api.errorOf(`/leaderboards/GLOBAL?window=weekly&period=2026-W46&cursor=${weekly}`),
  ).toEqual([
    400,
    `Invalid cursor. It belongs to GLOBAL#weekly#2026-W47, the request to GLOBAL#weekly#2026-W46. ${REMEDY}`,
  ]);
  expect(await api.errorOf(`/leaderboards/GLOBAL?cursor=${history}`)).toEqual([
    400,
    `Invalid cursor. It belongs to another list (history). ${REMEDY}`,
  ]);
  expect(await api.errorOf(`/players/bob@home:1/history?cursor=${history}`)).toEqual([
    400,
    `Invalid cursor. It belongs to "ada", the request to bob@home:1. ${REMEDY}`,
  ]);
});

test('a modified cursor is rejected or names a place on its own board', async () => {
  const { body } = await api.get('/leaderboards/GLOBAL?limit=2');
  const cursor: string = body.next_cursor;
  for (let index = 0; index < cursor.length; index += 1) {
    for (const replacement of ['A', '_', '=', '']) {
      const changed = cursor.slice(0, index) + replacement + cursor.slice(index + 1);
      if (changed === cursor) continue;
      const response = await api.get(`/leaderboards/GLOBAL?cursor=${changed}`);
      expect([200, 400]).toContain(response.status);
    }
  }
  for (const made of ['x', 'bnVsbA', 'W10', `${cursor}=`, cursor.repeat(20)]) {
    expect(await api.errorOf(`/leaderboards/GLOBAL?cursor=${encodeURIComponent(made)}`)).toEqual([
      400,
      `Invalid cursor. This service did not issue it. ${REMEDY}`,
    ]);
  }
});

test('a cursor with an invented place is rejected', async () => {
  const of = 'GLOBAL#all_time';
  const hash = boardDefinitionHash(GLOBAL);
  for (const after of ['', 'x', 'p15#ada', 'p15#p0#a/b', '\u{10FFFF}']) {
    const cursor = encodeCursor({ list: 'board', of, definition: hash, after });
    expect(await api.errorOf(`/leaderboards/GLOBAL?cursor=${cursor}`)).toEqual([
      400,
      `Invalid cursor. This service did not issue it. ${REMEDY}`,
    ]);
  }
  for (const after of ['', '0', '-1', '1e400', '9'.repeat(30)]) {
    const cursor = encodeCursor({ list: 'history', of: 'ada', definition: '', after });
    expect((await api.errorOf(`/players/ada/history?cursor=${cursor}`))[0]).toBe(400);
  }
  for (const after of ['', 'x', '2026']) {
    const cursor = encodeCursor({ list: 'snapshots', of, definition: '', after });
    expect((await api.errorOf(`/leaderboards/GLOBAL/snapshots?cursor=${cursor}`))[0]).toBe(400);
  }
});

test('a cursor from before a change of the definition is rejected', async () => {
  const { body } = await api.get('/leaderboards/GLOBAL?limit=1');
  const changed = await createApi([definition({ order: 'asc' })]);
  const response = await changed.get(`/leaderboards/GLOBAL?cursor=${body.next_cursor}`);
  expect(response.body.error).toBe(
    `Invalid cursor. It is older than the current definition of board GLOBAL. ${REMEDY}`,
  );
});

test('a cursor after the last player gives an empty last page', async () => {
  const { body } = await api.get('/leaderboards/GLOBAL?limit=4');
  const occurred_at = '2026-11-21T09:00:02Z';
  await api.tables.play([{ player_id: 'ada', score: 1_000, occurred_at, game_id: 'chess' }]);
  api.clockMs += 500;
  const response = await api.get(`/leaderboards/GLOBAL?cursor=${body.next_cursor}`);
  expect(response.body).toMatchObject({ entries: [], next_cursor: null, total: 5 });
});
