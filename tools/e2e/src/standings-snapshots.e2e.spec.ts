import { beforeAll, describe, expect, test } from '@jest/globals';
import { STANDINGS_TABLE } from '@leaderboard/tables';
import { periodOf, rankLedger, type OracleEntry } from './oracle/standings-oracle.ts';
import { anUpdate } from './stacks/an-update.ts';
import type { RankingPage } from './stacks/leaderboard-api-client.ts';
import { useStandingsStack, type BoardDefinition } from './stacks/standings-stack.ts';
import { until } from './stacks/until.ts';

const BOARDS = [
  {
    id: 'GLOBAL',
    scope: 'all_games',
    operator: 'sum',
    order: 'desc',
    tie_break: 'earliest',
    windows: ['all_time', 'weekly'],
  },
  {
    id: 'fastest',
    scope: 'game',
    game_id: 'race',
    operator: 'min',
    order: 'asc',
    tie_break: 'shared',
    windows: ['weekly'],
  },
] satisfies BoardDefinition[];

/** Top entries that a snapshot keeps, of more players than that. */
const SNAPSHOT_SIZE = 7;
const PLAYERS = Array.from({ length: 12 }, (_, index) => `player-${index}`);
const SECRET = 'never-in-a-response';

interface Snapshot {
  readonly leaderboard_id: string;
  readonly as_of: string;
  readonly period: string;
  readonly total: number;
  readonly entries: readonly OracleEntry[];
}

describe('snapshots, histories and errors of the read API', () => {
  // The tests fire the schedule; by itself it would not fire in the time that they take.
  const standings = useStandingsStack(BOARDS, {
    config: { snapshotSize: String(SNAPSHOT_SIZE), snapshotEveryMinutes: '60' },
  });
  const messageIds: string[] = [];

  const latest = async (path = '/') => {
    const { status, body } = await standings.api.get(path);
    return status === 200 ? (body as unknown as Snapshot) : undefined;
  };
  const topOf = async (board: string, window: string) =>
    rankLedger(await standings.ledger(), BOARDS)
      .find((ranking) => ranking.board === board && ranking.window === window)
      ?.entries.slice(0, SNAPSHOT_SIZE);
  const takeSnapshots = () =>
    standings.stack.control.runSchedule(standings.stack.output('snapshotter_schedule_name'));
  const play = async (player_id: string, score: number) => {
    const metadata = { secret: SECRET };
    const update = anUpdate({ player_id, game_id: 'race', score, metadata });
    const { message_id } = await standings.stack.producer.sendLeaderboardUpdate(update);
    messageIds.push(message_id);
  };

  beforeAll(async () => {
    await Promise.all(PLAYERS.map((player, index) => play(player, 100.5 + (index % 5))));
    await standings.settled(PLAYERS);
  });

  test('before the first snapshot, 404 says that there is none', async () => {
    const { status, body } = await standings.api.get('/');
    expect([status, body]).toEqual([404, { error: expect.stringMatching(/snapshot/i) }]);
    expect(await standings.api.read('/leaderboards/GLOBAL/snapshots')).toMatchObject({
      snapshots: [],
      next_cursor: null,
    });
  });

  test('a run of the schedule stores the top of every board and window', async () => {
    await takeSnapshots();
    await until('the default board has a snapshot', async () => (await latest()) !== undefined);
    expect(await latest()).toMatchObject({
      leaderboard_id: 'GLOBAL#all_time',
      total: PLAYERS.length,
      entries: await topOf('GLOBAL', 'all_time'),
    });
    for (const board of ['GLOBAL', 'fastest']) {
      const path = `/leaderboards/${board}/snapshots/LATEST?window=weekly`;
      await until(`${board} has one of its week`, async () => (await latest(path)) !== undefined);
      expect(await latest(path)).toMatchObject({
        period: periodOf('weekly', new Date().toISOString()),
        total: PLAYERS.length,
        entries: await topOf(board, 'weekly'),
      });
    }
  });

  test('the next run after an update replaces the latest snapshot and keeps the one before', async () => {
    const before = await latest();
    await play('player-3', 1_000);
    await standings.settled(PLAYERS);
    await takeSnapshots();
    await until('there is a newer one', async () => (await latest())?.as_of !== before?.as_of);
    const after = await latest();
    expect(after?.entries[0]).toMatchObject({ rank: 1, player_id: 'player-3', score: '1103.5' });
    expect(after?.entries).toEqual(await topOf('GLOBAL', 'all_time'));

    const { snapshots } = await standings.api.read<{ snapshots: Snapshot[] }>(
      '/leaderboards/GLOBAL/snapshots',
    );
    expect(snapshots.map(({ as_of }) => as_of)).toEqual([after?.as_of, before?.as_of]);
    const dated = `/leaderboards/GLOBAL/snapshots/${String(before?.as_of)}`;
    expect(await latest(dated)).toEqual(before);
  });

  test('an ETag gets 304 until there is another snapshot', async () => {
    const dated = `/leaderboards/GLOBAL/snapshots/${String((await latest())?.as_of)}`;
    for (const path of ['/', '/leaderboards/fastest/snapshots/LATEST', dated]) {
      const { headers } = await standings.api.get(path);
      const etag = headers.get('etag') ?? '';
      expect(etag).toMatch(/^(W\/)?"[^"]+"$/);
      expect(headers.get('cache-control')).toMatch(
        path === dated ? /^public, max-age=86400, immutable$/ : /^public, max-age=5$/,
      );
      const again = await standings.api.get(path, { 'if-none-match': etag });
      expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
      const other = await standings.api.get(path, { 'if-none-match': '"another"' });
      expect(other.status).toBe(200);
    }

    const old = (await standings.api.get('/')).headers.get('etag') ?? '';
    await play('player-4', 2_000);
    await standings.settled(PLAYERS);
    await takeSnapshots();
    await until('the old ETag is outdated', async () => {
      const { status } = await standings.api.get('/', { 'if-none-match': old });
      return status === 200;
    });
    expect((await latest())?.entries[0]?.player_id).toBe('player-4');
  });

  test('GET /leaderboards lists the boards with their rules and players', async () => {
    const { boards, exact } = await standings.api.read<{ boards: unknown[]; exact: boolean }>(
      '/leaderboards',
    );
    // The counts are those that the snapshotter left: of a moment, and so not of this read.
    expect(exact).toBe(false);
    expect(boards).toEqual([
      {
        id: 'GLOBAL',
        operator: 'sum',
        order: 'desc',
        tie_break: 'earliest',
        windows: ['all_time', 'weekly'],
        players: PLAYERS.length,
      },
      {
        id: 'fastest',
        operator: 'min',
        order: 'asc',
        tie_break: 'shared',
        windows: ['weekly'],
        players: PLAYERS.length,
      },
    ]);
  });

  test('the lag does not grow while no update waits in the queue', async () => {
    const read = () => standings.api.read<RankingPage>('/leaderboards/GLOBAL?limit=1');
    const first = await read();
    let later = first;
    await until('time has passed', async () => {
      later = await read();
      return later.as_of > first.as_of;
    });
    expect(later.lag_ms).toBeLessThanOrEqual(first.lag_ms);
  });

  test("a player's history is the ledger, newest first, over all pages", async () => {
    interface History {
      entries: { version: number; score: string; event_id: string }[];
      next_cursor: string | null;
    }
    const own = (await standings.ledger()).filter(({ player_id }) => player_id === 'player-3');
    const path = '/players/player-3/history?limit=1';
    const first = await standings.api.read<History>(path);
    const second = await standings.api.read<History>(`${path}&cursor=${String(first.next_cursor)}`);
    expect([...first.entries, ...second.entries]).toMatchObject(
      own
        .toSorted((one, other) => other.version - one.version)
        .map(({ version, score, event_id }) => ({ version, score, event_id })),
    );
  });

  test('no response carries metadata, message ids or keys of the tables', async () => {
    const ledger = await standings.stack.ledgerOf('player-3');
    expect(ledger[0]).toMatchObject({ metadata: { secret: SECRET } });
    const hidden = [
      ...['metadata', 'message_id', 'sequence_number', 'log_time', 'standings'],
      ...[
        'definition_hash',
        STANDINGS_TABLE.sortKey.name,
        'processing_timestamp',
        'expires_at',
        SECRET,
      ],
      ...messageIds,
      ...ledger.map(({ sequence_number }) => sequence_number),
    ];
    const asOf = String((await latest())?.as_of);
    const paths = [
      ...['/', '/leaderboards', '/leaderboards/GLOBAL', '/leaderboards/fastest?window=weekly'],
      ...['/leaderboards/GLOBAL/players/player-3', '/leaderboards/GLOBAL/players/player-3/around'],
      ...['/leaderboards/GLOBAL/players?ids=player-3,nobody', '/leaderboards/GLOBAL/snapshots'],
      ...['/leaderboards/GLOBAL/snapshots/LATEST', `/leaderboards/GLOBAL/snapshots/${asOf}`],
      ...['/players/player-3/history', '/leaderboards/none', '/players/player-3/history?limit=0'],
    ];
    for (const path of paths) {
      const { text } = await standings.api.get(path);
      expect([path, hidden.filter((name) => text.includes(name))]).toEqual([path, []]);
    }
  });

  test.each([
    ['/nowhere', 404, '/nowhere'],
    ['/leaderboards/none', 404, 'none'],
    ['/leaderboards/GLOBAL/players/nobody', 404, 'nobody'],
    ['/leaderboards/GLOBAL/players/nobody/around', 404, 'nobody'],
    ['/leaderboards/GLOBAL/snapshots/2020-01-01T00:00:00.000Z', 404, '2020-01-01T00:00:00.000Z'],
    ['/players/nobody/history', 404, 'nobody'],
    ['/leaderboards/GLOBAL?window=yearly', 400, 'yearly'],
    ['/leaderboards/GLOBAL?window=daily', 400, 'all_time, weekly'],
    ['/leaderboards/GLOBAL?window=weekly&period=2026-W54', 400, '2026-W54'],
    ['/leaderboards/GLOBAL?limit=1001', 400, '1001'],
    ['/leaderboards/GLOBAL?cursor=made-up', 400, 'cursor'],
    ['/leaderboards/GLOBAL?frobnicate=1', 400, 'frobnicate'],
    ['/leaderboards/GLOBAL/players?ids=', 400, 'ids'],
    ['/leaderboards/GLOBAL/snapshots/yesterday', 400, 'yesterday'],
    ['/players/%23head/history', 400, '#head'],
  ])('GET %s gives %i and names %s', async (path, status, named) => {
    const response = await standings.api.get(path);
    expect([response.status, response.body]).toEqual([
      status,
      { error: expect.stringContaining(named) },
    ]);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('the cursor of another board and a changed one are refused', async () => {
    const { next_cursor } = await standings.api.read<{ next_cursor: string }>(
      '/leaderboards/GLOBAL?limit=2',
    );
    const changed = `${next_cursor.slice(0, -4)}AAAA`;
    for (const path of [
      `/leaderboards/fastest?limit=2&cursor=${next_cursor}`,
      `/leaderboards/GLOBAL?window=weekly&limit=2&cursor=${next_cursor}`,
      `/leaderboards/GLOBAL?limit=2&cursor=${changed}`,
    ]) {
      const { status, body } = await standings.api.get(path);
      expect([status, body]).toEqual([400, { error: expect.stringContaining('cursor') }]);
    }
  });
});
