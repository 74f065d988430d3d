import { expect, test } from '@jest/globals';
import { sizeOf } from '@leaderboard/testing/test-form';
import { eventRecord } from './testing/test-ledger.ts';
import { useSnapshotter } from './testing/use-snapshotter.ts';

/** Games, each with a board of its own beside the global one. */
const GAMES = sizeOf({ short: 100, long: 10_000 });
const PLAYERS_PER_BATCH = 10;
/** A run of the snapshotter ends after so many board windows: it needs several for all of them. */
const SNAPSHOTS_PER_RUN = 2 * Math.ceil(GAMES / 5);
const MINUTE_MS = 60_000;
const MONDAY_MS = Date.parse('2026-11-23T00:00:00Z');
const LAST_WEEK = '2026-W47';
const THIS_WEEK = '2026-W48';

const snapshotter = useSnapshotter();
const { standings } = snapshotter;

const games = Array.from({ length: GAMES }, (_, game) => `game-${String(game).padStart(5, '0')}`);

/** One update in each game, of a player who plays only that game. */
async function playEverywhere(role: string, score: number, occurredAt: number): Promise<void> {
  const occurred_at = new Date(occurredAt).toISOString();
  standings.projector.clock = snapshotter.clock;
  for (let first = 0; first < GAMES; first += PLAYERS_PER_BATCH) {
    const updates = await Promise.all(
      games
        .slice(first, first + PLAYERS_PER_BATCH)
        .map((game_id) =>
          standings.ledger.add(`${role}-of-${game_id}`, { game_id, score, occurred_at }),
        ),
    );
    const records = updates.flatMap((ofPlayer) => ofPlayer.map(eventRecord));
    expect(await standings.projector.handle(records)).toEqual([]);
  }
}

test('all boards begin a new week at the same moment', async () => {
  snapshotter.clock = MONDAY_MS - MINUTE_MS;
  await playEverywhere('fan', 10, snapshotter.clock);
  await playEverywhere('guest', 20, snapshotter.clock);
  await snapshotter.run();
  await standings.compact();

  snapshotter.clock = MONDAY_MS;
  await playEverywhere('fan', 30, MONDAY_MS);
  await playEverywhere('newcomer', 5, MONDAY_MS);
  // Played before midnight, and late.
  await playEverywhere('guest', 25, MONDAY_MS - 1);
  await standings.compact();

  await standings.expectFoldOfLedger();

  let runs = 0;
  for (let isComplete = false; !isComplete; runs += 1) {
    let left = SNAPSHOTS_PER_RUN;
    ({ isComplete } = await snapshotter.run({ remainingMs: () => (left-- > 0 ? 60_000 : 0) }));
    snapshotter.clock += MINUTE_MS;
  }
  // Two windows of each board, and last week's.
  expect(runs).toBeGreaterThan(5);
  const snapshots = await snapshotter.allSnapshots();
  for (const game of games) {
    const { LATEST, ...dated } = snapshots.get(`game:${game}#weekly`) ?? {};
    expect(LATEST).toMatchObject({
      period: THIS_WEEK,
      total: 2,
      entries: [
        { rank: 1, player_id: `fan-of-${game}`, score: '30' },
        { rank: 2, player_id: `newcomer-of-${game}`, score: '5' },
      ],
    });
    const closed = Object.values(dated).findLast(({ period }) => period === LAST_WEEK);
    expect(closed).toMatchObject({
      total: 2,
      entries: [
        { rank: 1, player_id: `guest-of-${game}`, score: '25' },
        { rank: 2, player_id: `fan-of-${game}`, score: '10' },
      ],
    });
  }
});
