import { beforeAll, describe, expect, test } from '@jest/globals';
import { closedWindowKey } from '@leaderboard/tables';
import { periodOf, WINDOWS, type WindowName } from './oracle/standings-oracle.ts';
import { anUpdate } from './stacks/an-update.ts';
import type { RankingPage } from './stacks/leaderboard-api-client.ts';
import {
  useStandingsStack,
  SUM_OF_ALL_GAMES,
  type StandingsStack,
} from './stacks/standings-stack.ts';
import { until } from './stacks/until.ts';

const DAY_MS = 86_400_000;

describe('windows', () => {
  async function play(
    standings: StandingsStack,
    player_id: string,
    scores: readonly (readonly [string, number])[],
  ) {
    await standings.send(
      scores.map(([occurred_at, score]) => anUpdate({ player_id, occurred_at, score })),
    );
    await standings.settled([player_id]);
  }
  /** What a player has in a period; undefined for nothing. */
  async function scoreIn(
    standings: StandingsStack,
    player: string,
    window: WindowName,
    period?: string,
  ) {
    const { entries } = await standings.api.friends('GLOBAL', [player], { window, period });
    return entries[0]?.score;
  }

  describe('with updates up to 35 days late', () => {
    const nowMs = Date.now();
    const daysAgo = (days: number) => new Date(nowMs - days * DAY_MS).toISOString();

    const standings = useStandingsStack([SUM_OF_ALL_GAMES]);

    test('a late update lands in the day, week and month in which it occurred, and in no other', async () => {
      const days = [0, 34.9, 7, 1, 21, 14, 28, 2];
      await play(
        standings,
        'late',
        days.map((ago, index) => [daysAgo(ago), 10 ** index] as const),
      );
      for (const window of WINDOWS) {
        const byPeriod = Map.groupBy(days.keys(), (index) =>
          periodOf(window, daysAgo(days[index] ?? 0)),
        );
        for (const [period, indexes] of byPeriod) {
          const expected = indexes.reduce((sum, index) => sum + 10 ** index, 0);
          expect([period, await scoreIn(standings, 'late', window, period)]).toEqual([
            period,
            String(expected),
          ]);
        }
        if (window === 'all_time') continue;
        expect(
          await scoreIn(standings, 'late', window, periodOf(window, daysAgo(100))),
        ).toBeUndefined();
      }
    });

    test('without a period, the response is of the current one', async () => {
      await play(standings, 'present', [
        [daysAgo(0), 5],
        [daysAgo(33), 7],
      ]);
      expect(await scoreIn(standings, 'present', 'all_time')).toBe('12');
      for (const window of ['daily', 'weekly', 'monthly'] as const) {
        const path = `/leaderboards/GLOBAL?window=${window}`;
        const page = await standings.api.read<RankingPage>(path);
        expect(page.period).toBe(periodOf(window, page.as_of));
        expect(await scoreIn(standings, 'present', window, periodOf(window, daysAgo(0)))).toBe('5');
        expect(await scoreIn(standings, 'present', window, periodOf(window, daysAgo(33)))).toBe(
          '7',
        );
      }
    });

    test('a period in which nobody played is empty', async () => {
      expect(
        await standings.api.pages('GLOBAL', { window: 'daily', period: '2020-02-29' }),
      ).toEqual([
        expect.objectContaining({ entries: [], total: 0, next_cursor: null, exact: true }),
      ]);
    });

    test('an update from more than 35 days ago is in the dead-letter queue and in no window', async () => {
      await standings.stack.putUpdate(
        anUpdate({ player_id: 'too-late', occurred_at: daysAgo(36) }),
      );
      await play(standings, 'too-late', [[daysAgo(0), 1]]);
      expect(await scoreIn(standings, 'too-late', 'all_time')).toBe('1');
      expect(
        await scoreIn(standings, 'too-late', 'daily', periodOf('daily', daysAgo(36))),
      ).toBeUndefined();
      expect(await standings.stack.deadLettersOf('too-late')).toMatchObject([
        { errorType: 'InvalidMessage', errorReason: expect.stringContaining('occurred_at') },
      ]);
    });
  });

  describe('that ended, and that a compaction has moved out of the head of its board', () => {
    const standings = useStandingsStack([SUM_OF_ALL_GAMES]);
    const today = new Date().toISOString();
    const daysAgo = (days: number) => new Date(Date.parse(today) - days * DAY_MS).toISOString();
    const days = Array.from({ length: 30 }, (_, index) => index + 4);
    const takeSnapshots = () =>
      standings.stack.control.runSchedule(standings.stack.output('snapshotter_schedule_name'));
    /** A log of few items is left as it is, so others play before it is merged. */
    const compactWithOthers = async () => {
      for (const player of ['ada', 'bob', 'cy', 'dan']) await play(standings, player, [[today, 1]]);
      await standings.compactRanks();
    };
    const runsOfSnapshotter = async () => {
      const lines = await standings.stack.control.logLines('/aws/lambda/standings-snapshotter-dev');
      return lines.filter((line) => line.includes('"Snapshots taken"'));
    };

    beforeAll(async () => {
      // The first run takes the present periods, later ones what has changed.
      await play(standings, 'first', [[today, 1]]);
      await takeSnapshots();
      await until('a first run of snapshots', async () => (await runsOfSnapshotter()).length > 0);
      const scores = days.map((ago) => [daysAgo(ago), ago] as const);
      await play(standings, 'early', scores);
      await compactWithOthers();
      await compactWithOthers();
      const ofClosed = String(closedWindowKey('', '')['board']);
      const ranks = await standings.ranks();
      const closed = ranks.filter((item) => String(item['board']).endsWith(ofClosed));
      expect(closed.length).toBeGreaterThan(20);
    });

    test('has its ranks', async () => {
      for (const ago of days) {
        const period = periodOf('daily', daysAgo(ago));
        const pages = await standings.api.pages('GLOBAL', { window: 'daily', period });
        expect(pages).toMatchObject([
          { total: 1, exact: true, entries: [{ rank: 1, player_id: 'early', score: String(ago) }] },
        ]);
      }
    });

    test('takes late updates', async () => {
      await play(standings, 'late', [[daysAgo(20), 100]]);
      const period = periodOf('daily', daysAgo(20));
      const readPage = async () => {
        const [page] = await standings.api.pages('GLOBAL', { window: 'daily', period });
        return page;
      };
      // The API may answer with the ranks of half a second ago.
      await until('the late update is on the page', async () => (await readPage())?.total === 2);
      const inLog = await readPage();
      await compactWithOthers();
      const inRuns = await readPage();
      const entries = [
        expect.objectContaining({ rank: 1, player_id: 'late', score: '100' }),
        expect.objectContaining({ rank: 2, player_id: 'early', score: '20' }),
      ];
      expect(inLog).toMatchObject({ total: 2, exact: true, entries });
      expect(inRuns).toMatchObject({ total: 2, exact: true, entries });
    });

    test('has its snapshot', async () => {
      const before = (await runsOfSnapshotter()).length;
      await takeSnapshots();
      await until('a second run of snapshots', async () => {
        const runs = await runsOfSnapshotter();
        return runs.length > before && runs.at(-1)?.includes('"failures":0') === true;
      });
    });
  });

  describe('at the borders of years', () => {
    const standings = useStandingsStack([SUM_OF_ALL_GAMES], {
      config: { occurredAtMaxPastDays: '3640', markerTtlDays: '3641', idempotencyTtlDays: '3642' },
    });

    test.each([
      ['2020-12-31T23:59:59.999Z', '2020-12-31', '2020-W53', '2020-12'],
      ['2021-01-01T00:00:00.000Z', '2021-01-01', '2020-W53', '2021-01'],
      ['2021-01-03T23:59:59.999Z', '2021-01-03', '2020-W53', '2021-01'],
      ['2021-01-04T00:00:00.000Z', '2021-01-04', '2021-W01', '2021-01'],
      ['2024-02-29T12:00:00.000Z', '2024-02-29', '2024-W09', '2024-02'],
      ['2024-12-29T23:59:59.999Z', '2024-12-29', '2024-W52', '2024-12'],
      ['2024-12-30T00:00:00.000Z', '2024-12-30', '2025-W01', '2024-12'],
      ['2025-12-29T00:00:00.000Z', '2025-12-29', '2026-W01', '2025-12'],
    ])(
      '%s is on the day %s, in the week %s and the month %s',
      async (instant, day, week, month) => {
        const player = `at-${instant.replaceAll(':', '')}`;
        // The SDK refuses what is so old, whatever the stack accepts.
        await standings.sendPastSdk([
          anUpdate({ player_id: player, occurred_at: instant, score: 3 }),
        ]);
        await standings.settled([player]);
        expect(await scoreIn(standings, player, 'daily', day)).toBe('3');
        expect(await scoreIn(standings, player, 'weekly', week)).toBe('3');
        expect(await scoreIn(standings, player, 'monthly', month)).toBe('3');
        const keys = await standings.boardWindowsOf(player);
        expect(keys).toEqual([
          'GLOBAL#all_time',
          `GLOBAL#daily#${day}`,
          `GLOBAL#monthly#${month}`,
          `GLOBAL#weekly#${week}`,
        ]);
      },
    );
  });
});
