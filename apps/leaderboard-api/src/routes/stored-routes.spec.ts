import { beforeAll, describe, expect, test } from '@jest/globals';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { definition, useApi, type TestApi } from '../testing/test-api.ts';

const createApi = useApi();
let api: TestApi;

beforeAll(async () => {
  api = await createApi([definition(), definition({ id: 'game:{game_id}', scope: 'per_game' })]);
});
/** The item as the snapshotter writes it, with attributes that are not public. */
function snapshotItem(board: string, window: string, period: string, takenAt: string) {
  return {
    board: { S: board },
    window: { S: window },
    period: { S: period },
    taken_at: { S: takenAt },
    total: { N: '7' },
    entry_count: { N: '1' },
    expires_at: { N: '1800000000' },
    entries: {
      L: [
        {
          M: {
            rank: { N: '1' },
            player_id: { S: 'ada' },
            score: { N: '999999999999999.000001' },
            updates: { N: '2' },
            achieved_at: { S: '2026-11-21T09:00:00Z' },
            message_id: { S: 'hidden' },
          },
        },
      ],
    },
  } satisfies Record<string, AttributeValue>;
}

const SNAPSHOT = {
  leaderboard_id: 'GLOBAL#all_time',
  board: 'GLOBAL',
  window: 'all_time',
  period: 'all_time',
  as_of: '2026-11-21T09:59:00.000Z',
  total: 7,
  entries: [
    {
      rank: 1,
      player_id: 'ada',
      score: '999999999999999.000001',
      updates: 2,
      achieved_at: '2026-11-21T09:00:00.000Z',
    },
  ],
};

describe('snapshots', () => {
  test('before the first snapshot the 404 says so', async () => {
    const { status, body } = await api.get('/');
    expect([status, body.error]).toEqual([
      404,
      'Board GLOBAL (all_time) has no snapshot yet. GET /leaderboards/GLOBAL/snapshots?window=all_time lists the stored ones.',
    ]);
    expect((await api.get('/leaderboards/GLOBAL/snapshots')).body).toEqual({
      board: 'GLOBAL',
      window: 'all_time',
      snapshots: [],
      next_cursor: null,
    });
  });

  describe('once there are some', () => {
    beforeAll(async () => {
      const at = SNAPSHOT.as_of;
      const latest = snapshotItem('GLOBAL', 'all_time', 'all_time', at);
      await api.tables.putSnapshot('GLOBAL#all_time', 'LATEST', latest);
      for (const minute of [57, 58, 59]) {
        const takenAt = `2026-11-21T09:${minute}:00.000Z`;
        const item = snapshotItem('GLOBAL', 'all_time', 'all_time', takenAt);
        await api.tables.putSnapshot('GLOBAL#all_time', takenAt, item);
      }
      const weekly = snapshotItem('game:chess', 'weekly', '2026-W47', at);
      await api.tables.putSnapshot('game:chess#weekly', at, weekly);
    });

    test('GET / returns the latest one of the default board, with exact digits', async () => {
      const { body, text, headers } = await api.get('/');
      expect(body).toEqual(SNAPSHOT);
      expect(text).toContain('"score":999999999999999.000001,');
      expect(headers).toMatchObject({ 'cache-control': 'public, max-age=5' });
    });

    test('If-None-Match with the ETag gives 304 without a body', async () => {
      const { headers } = await api.get('/');
      const etag = headers['etag'] ?? '';
      expect(etag).toMatch(/^"[\w-]{43}"$/);
      for (const ifNoneMatch of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const response = await api.get('/', { 'if-none-match': ifNoneMatch });
        expect([response.status, response.text, response.headers['etag']]).toEqual([304, '', etag]);
      }
      for (const ifNoneMatch of ['"other"', etag.replaceAll('"', ''), 'caf\u00e9', '']) {
        expect((await api.get('/', { 'if-none-match': ifNoneMatch })).status).toBe(200);
      }
    });

    test('a dated snapshot may be cached for a day, because it never changes', async () => {
      for (const asOf of [SNAPSHOT.as_of, '2026-11-21T09%3A59%3A00Z']) {
        const { body, headers } = await api.get(`/leaderboards/GLOBAL/snapshots/${asOf}`);
        expect(body).toEqual(SNAPSHOT);
        expect(headers['cache-control']).toBe('public, max-age=86400, immutable');
      }
      const url = `/leaderboards/game:chess/snapshots/${SNAPSHOT.as_of}?window=weekly`;
      expect((await api.get(url)).body).toMatchObject({ board: 'game:chess', period: '2026-W47' });
      expect((await api.get('/leaderboards/GLOBAL/snapshots/LATEST')).body).toEqual(SNAPSHOT);
    });

    test('the list has pages, newest first, without LATEST', async () => {
      const first = await api.get('/leaderboards/GLOBAL/snapshots?limit=2');
      expect(first.body.snapshots).toEqual([
        { as_of: '2026-11-21T09:59:00.000Z', period: 'all_time', total: 7, entries: 1 },
        { as_of: '2026-11-21T09:58:00.000Z', period: 'all_time', total: 7, entries: 1 },
      ]);
      const url = `/leaderboards/GLOBAL/snapshots?limit=2&cursor=${first.body.next_cursor}`;
      expect((await api.get(url)).body).toMatchObject({
        snapshots: [{ as_of: '2026-11-21T09:57:00.000Z' }],
        next_cursor: null,
      });
    });

    test.each([
      [
        '/leaderboards/GLOBAL/snapshots/yesterday',
        400,
        'Invalid as_of "yesterday". Use LATEST or an',
      ],
      [
        '/leaderboards/GLOBAL/snapshots/2026-11-21T09:00:00',
        400,
        'Invalid as_of "2026-11-21T09:00:00"',
      ],
      ['/leaderboards/GLOBAL/snapshots/2026-11-20T00:00:00Z', 404, 'has no snapshot of 2026-11-20'],
      [
        '/leaderboards/GLOBAL/snapshots/LATEST?window=daily',
        400,
        'Invalid window "daily". Board GLOBAL',
      ],
      ['/leaderboards/chess/snapshots', 404, 'Board "chess" not found'],
    ])('%s gives an error', async (url, status, reason) => {
      const response = await api.get(url);
      expect([response.status, response.body.error]).toEqual([
        status,
        expect.stringContaining(reason),
      ]);
    });
  });
});

describe('history', () => {
  beforeAll(async () => {
    await api.tables.play(
      [0.000001, -12.5, 7].map((score, index) => ({
        player_id: 'ada',
        score,
        occurred_at: `2026-11-21T09:00:0${index}Z`,
        game_id: 'chess',
      })),
    );
  });

  const NEWEST = {
    timestamp: '2026-11-21T09:00:02.002Z',
    occurred_at: '2026-11-21T09:00:02.000Z',
    game_id: 'chess',
    score: '7',
    update_type: 'score_update',
    event_id: 'event-3',
    version: 3,
  };

  test('lists the updates of a player, newest first, without metadata and message id', async () => {
    const { body, text } = await api.get('/players/ada/history');
    expect(body).toMatchObject({
      player_id: 'ada',
      as_of: '2026-11-21T10:00:00.000Z',
      next_cursor: null,
    });
    expect(body.entries[0]).toEqual(NEWEST);
    expect(body.entries.map((entry: { score: string }) => entry.score)).toEqual([
      '7',
      '-12.5',
      '0.000001',
    ]);
    expect(text).not.toMatch(/metadata|secret|message|sequence|processing/);
  });

  test.each([1, 2, 3])('has pages of %i', async (limit) => {
    const versions: number[] = [];
    let cursor = '';
    do {
      const { body } = await api.get(`/players/ada/history?limit=${limit}&cursor=${cursor}`);
      expect(body.entries).not.toEqual([]);
      versions.push(...body.entries.map((entry: { version: number }) => entry.version));
      cursor = body.next_cursor ?? '';
    } while (cursor !== '');
    expect(versions).toEqual([3, 2, 1]);
  });

  test('a player without an update is not found', async () => {
    const { status, body } = await api.get('/players/nobody/history');
    expect([status, body.error]).toEqual([404, 'Player nobody has no updates.']);
  });
});

test('no response contains a field outside its schema', async () => {
  await api.tables.registerBoards({ GLOBAL: 1, 'game:chess': 1 });
  const responses = await Promise.all(
    [
      '/',
      '/leaderboards',
      '/leaderboards/GLOBAL',
      '/leaderboards/GLOBAL/players/ada',
      '/leaderboards/GLOBAL/players/ada/around',
      '/leaderboards/GLOBAL/players?ids=ada',
      '/leaderboards/GLOBAL/snapshots',
      '/leaderboards/GLOBAL/snapshots/LATEST',
      '/players/ada/history',
    ].map((url) => api.get(url)),
  );
  for (const { status, text } of responses) {
    expect(status).toBe(200);
    expect(text).not.toMatch(
      /metadata|secret|message|hidden|sequence|hash|rank_key|rank_partition/,
    );
  }
});
