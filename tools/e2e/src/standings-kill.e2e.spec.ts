import { describe, expect, test } from '@jest/globals';
import type { LeaderboardUpdate } from '@leaderboard/contracts';
import { sizeOf } from '@leaderboard/testing/test-form';
import { seededUpdates } from './oracle/seeded-updates.ts';
import { expectRankings } from './oracle/standings-comparison.ts';
import { rankLedger, WINDOWS } from './oracle/standings-oracle.ts';
import { until } from './stacks/until.ts';
import { useStandingsStack, type BoardDefinition } from './stacks/standings-stack.ts';

const SEED = 404;
/** Updates that are sent at a time, until each function has been killed often enough. */
const ROUND = 300;
const PROJECTOR = 'standings-projector-dev';
const COMPACTOR = 'rank-compactor-dev';
/** What is killed, how often before and how often after the write, and the share of its writes that is struck. */
const VICTIMS = [
  {
    function: PROJECTOR,
    operation: 'TransactWriteItems',
    kills: sizeOf({ short: 15, long: 50 }),
    percent: 15,
  },
  {
    function: COMPACTOR,
    operation: 'TransactWriteItems',
    kills: sizeOf({ short: 5, long: 25 }),
    percent: 30,
  },
  {
    function: COMPACTOR,
    operation: 'BatchWriteItem',
    kills: sizeOf({ short: 5, long: 25 }),
    percent: 30,
  },
] as const;
const KILLS = 2 * VICTIMS.reduce((sum, { kills }) => sum + kills, 0);
const PLAYERS_PER_WINDOW = sizeOf({ short: 25, long: 200 });

const BOARDS = [
  {
    id: 'GLOBAL',
    scope: 'all_games',
    operator: 'sum',
    order: 'desc',
    tie_break: 'earliest',
    windows: WINDOWS,
  },
  {
    id: 'form',
    scope: 'all_games',
    operator: 'last',
    order: 'asc',
    tie_break: 'shared',
    windows: WINDOWS,
    shards: 2,
  },
] satisfies BoardDefinition[];

describe(`projectors and compactors killed ${KILLS} times, at random points before and after their writes`, () => {
  const standings = useStandingsStack(BOARDS, {
    args: ['--pipe-chaos', String(SEED)],
  });

  test('leave standings and ranks equal to the fold of the ledger', async () => {
    const faults = await Promise.all(
      VICTIMS.flatMap(({ kills, percent, ...victim }, victimIndex) =>
        (['before', 'after'] as const).map((when, index) =>
          standings.stack.control.inject({
            service: 'dynamodb',
            ...victim,
            when,
            effect: { kill: true },
            times: kills,
            random: { percent, seed: SEED + 2 * victimIndex + index },
          }),
        ),
      ),
    );
    const kills = async () =>
      (await Promise.all(faults.map((fault) => fault.hits()))).reduce((sum, hits) => sum + hits, 0);

    const sent: LeaderboardUpdate[] = [];
    for (let round = 0; (await kills()) < KILLS; round++) {
      const updates = seededUpdates({
        seed: SEED + round,
        updates: ROUND,
        players: 200,
        games: ['chess', 'go'],
        nowMs: Date.now(),
      });
      await standings.send(updates);
      sent.push(...updates);
      let isSettled = false;
      const settled = standings
        .settled(sent.map(({ player_id }) => player_id))
        .finally(() => (isSettled = true));
      while (!isSettled) await standings.compactRanks();
      await settled;
    }

    expect(await kills()).toBe(KILLS);
    const ledger = await standings.ledger();
    expect(ledger).toHaveLength(sent.length);
    expect(await standings.stack.messagesIn('standings_dlq_url')).toBe(0);
    await expectRankings(standings.api, rankLedger(ledger, BOARDS), PLAYERS_PER_WINDOW);
    const { exitCode, output } = await standings.rebuildCheck();
    expect({ exitCode, output }).toEqual({ exitCode: 0, output });

    // These boards have what small ones do not: runs in the bucket.
    const { control } = standings.stack;
    await control.runSchedule(standings.stack.output('snapshotter_schedule_name'));
    await until('the snapshotter has read every board', async () => {
      const lines = await control.logLines('/aws/lambda/standings-snapshotter-dev');
      return lines.some(
        (line) => line.includes('"Snapshots taken"') && line.includes('"failures":0'),
      );
    });
  });
});
