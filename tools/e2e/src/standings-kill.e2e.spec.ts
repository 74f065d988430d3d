import { describe, expect, test } from '@jest/globals';
import type { LeaderboardUpdate } from '@leaderboard/contracts';
import { sizeOf } from '@leaderboard/testing/test-form';
import { seededUpdates } from './oracle/seeded-updates.ts';
import { expectRankings } from './oracle/standings-comparison.ts';
import { rankLedger, WINDOWS } from './oracle/standings-oracle.ts';
import { useStandingsStack, type BoardDefinition } from './stacks/standings-stack.ts';

const SEED = 404;
const KILLS = sizeOf({ short: 30, long: 100 });
/** Updates that are sent at a time, until the projector has been killed often enough. */
const ROUND = 300;
/** A batch of the projector makes some dozens of writes, so about every other one is struck at first. */
const STRUCK_PERCENT = 2;
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

describe(`a projector killed ${KILLS} times, at random points between its writes`, () => {
  const standings = useStandingsStack(BOARDS, {
    args: ['--pipe-chaos', String(SEED)],
  });

  test('leaves standings equal to the fold of the ledger', async () => {
    const faults = await Promise.all(
      (['before', 'after'] as const).map((when, index) =>
        standings.stack.control.inject({
          service: 'dynamodb',
          operation: 'PutItem',
          function: 'standings-projector-dev',
          when,
          effect: { kill: true },
          times: KILLS / 2,
          random: { percent: STRUCK_PERCENT, seed: SEED + index },
        }),
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
      await standings.settled(sent.map(({ player_id }) => player_id));
    }

    expect(await kills()).toBe(KILLS);
    const ledger = await standings.ledger();
    expect(ledger).toHaveLength(sent.length);
    expect(await standings.stack.messagesIn('standings_dlq_url')).toBe(0);
    await expectRankings(standings.api, rankLedger(ledger, BOARDS), PLAYERS_PER_WINDOW);
    const { exitCode, output } = await standings.rebuildCheck();
    expect({ exitCode, output }).toEqual({ exitCode: 0, output });
  });
});
