import { beforeAll, describe, expect, test } from '@jest/globals';
import type { LeaderboardUpdate } from '@leaderboard/contracts';
import { sizeOf } from '@leaderboard/testing/test-form';
import { seededRandom, seededUpdates } from './oracle/seeded-updates.ts';
import { expectRankings } from './oracle/standings-comparison.ts';
import { rankLedger, WINDOWS, type OracleBoard } from './oracle/standings-oracle.ts';
import {
  useStandingsStack,
  type BoardDefinition,
  type StoredUpdate,
  type StandingsStack,
} from './stacks/standings-stack.ts';

const UPDATES = sizeOf({ short: 600, long: 20_000 });
/** More than a page of the API, in the short form too. */
const PLAYERS = sizeOf({ short: 300, long: 400 });
const SEED = 20_261_121;
const PLAYERS_PER_WINDOW = sizeOf({ short: 12, long: 200 });
/** Updates that the processor cannot write at first. */
const DEAD_LETTERS = 60;
const GAMES = ['chess', 'go:9x9', 'space-race'];

const DEFINITIONS = [
  {
    id: 'GLOBAL',
    scope: 'all_games',
    operator: 'sum',
    order: 'desc',
    tie_break: 'earliest',
    windows: WINDOWS,
    shards: 3,
  },
  {
    id: 'game:{game_id}',
    scope: 'per_game',
    operator: 'best',
    order: 'asc',
    tie_break: 'shared',
    windows: WINDOWS,
  },
  {
    id: 'form',
    scope: 'all_games',
    operator: 'last',
    order: 'desc',
    tie_break: 'latest',
    windows: WINDOWS,
  },
  {
    id: 'activity',
    scope: 'all_games',
    operator: 'count',
    order: 'desc',
    tie_break: 'shared',
    windows: WINDOWS,
    update_types: ['score_update'],
  },
  {
    id: 'peak',
    scope: 'game',
    game_id: 'chess',
    operator: 'max',
    order: 'asc',
    tie_break: 'earliest',
    windows: WINDOWS,
  },
] satisfies BoardDefinition[];

/** The boards as a reader sees them: one for each game in place of the definition for all of them. */
const BOARDS: OracleBoard[] = DEFINITIONS.flatMap((definition): OracleBoard[] =>
  definition.scope === 'per_game'
    ? GAMES.map((game_id) => ({ ...definition, id: `game:${game_id}`, game_id }))
    : [definition],
);

describe(`${UPDATES} updates over 5 board definitions × 4 windows`, () => {
  const updates = seededUpdates({
    seed: SEED,
    updates: UPDATES,
    players: PLAYERS,
    games: GAMES,
    nowMs: Date.now(),
  });
  const standings = useStandingsStack(DEFINITIONS, { args: ['--pipe-chaos', String(SEED)] });
  let ledger: StoredUpdate[];

  beforeAll(async () => {
    await sendWithTrouble(standings, updates);
    const players = updates.map(({ player_id }) => player_id);
    await standings.settled(players);
    // A busy machine may send further updates to the dead-letter queue, as a busy account would.
    while ((await standings.redriveAll()) > 0) await standings.settled(players);
    ledger = await standings.ledger();
  });

  test('are each in the ledger once, with their scores', () => {
    const sent = updates.map(({ event_id, score }) => [event_id, score] as const);
    const kept = ledger.map(({ event_id, score }) => [event_id, Number(score)] as const);
    expect(new Map(kept)).toEqual(new Map(sent));
    expect(kept).toHaveLength(UPDATES);
  });

  test('have the ranks, totals, percentiles and neighbours of a plain sort in every response of the API', async () => {
    await expectRankings(standings.api, rankLedger(ledger, BOARDS), PLAYERS_PER_WINDOW);
  });

  test('rebuild --check finds every standing equal to the fold of the ledger', async () => {
    const { exitCode, output } = await standings.rebuildCheck();
    expect({ exitCode, output }).toEqual({ exitCode: 0, output });
    expect(await standings.stack.messagesIn('standings_dlq_url')).toBe(0);
  });
});

/**
 * Sends everything: the first updates through the dead-letter queue, a part of the rest twice in a row, and another part
 * again, past the deduplication of the queue, when they have been in the ledger for a while.
 */
async function sendWithTrouble(
  standings: StandingsStack,
  updates: readonly LeaderboardUpdate[],
): Promise<void> {
  const random = seededRandom(SEED + 1);
  const some = (from: readonly LeaderboardUpdate[], oneIn: number) =>
    from.filter(() => random.below(oneIn) === 0);
  const [doomed, early, late] = [
    updates.slice(0, DEAD_LETTERS),
    updates.slice(DEAD_LETTERS, UPDATES / 2),
    updates.slice(UPDATES / 2),
  ];

  const outage = await standings.stack.control.inject({
    service: 'dynamodb',
    operation: 'TransactWriteItems',
    function: standings.stack.output('lambda_function_name'),
    when: 'before',
    effect: { error: 'InternalServerError', status: 500 },
  });
  await standings.send(doomed);
  await standings.stack.drained();
  await outage.remove();

  await standings.send(
    early.flatMap((update) => (random.below(20) === 0 ? [update, update] : [update])),
  );
  expect(await standings.redriveAll()).toBeGreaterThanOrEqual(DEAD_LETTERS);
  await standings.sendPastSdk(some(early, 15));
  await standings.send(late);
  await standings.sendPastSdk(some(updates, 20));
}
