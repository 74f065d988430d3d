import { beforeAll, describe, expect, test } from '@jest/globals';
import { rankLedger, type OracleEntry } from './oracle/standings-oracle.ts';
import { anUpdate } from './stacks/an-update.ts';
import { useStandingsStack, type BoardDefinition } from './stacks/standings-stack.ts';

const ALL_GAMES = { scope: 'all_games', windows: ['all_time'] } as const;
const BOARDS = [
  { id: 'EARLIEST', operator: 'best', order: 'desc', tie_break: 'earliest', ...ALL_GAMES },
  { id: 'LATEST', operator: 'min', order: 'asc', tie_break: 'latest', shards: 3, ...ALL_GAMES },
  { id: 'SHARED', operator: 'max', order: 'desc', tie_break: 'shared', shards: 2, ...ALL_GAMES },
] satisfies BoardDefinition[];

const SCORE = 12.5;
/** On each side of the tie, with other scores. */
const OTHERS = 5;
const TIED = 60;
const FIRST_MS = Date.now() - 3_600_000;

const tiedPlayers = Array.from(
  { length: TIED },
  (_, index) => `tied-${String(index).padStart(2, '0')}`,
);
/** Pairs reach the score in the same millisecond, so that times do not decide everything either. */
const reachedMs = (index: number) => FIRST_MS + Math.floor(index / 2);
const atMs = (ms: number) => new Date(ms).toISOString();
const shuffled = <Item>(items: readonly Item[]) =>
  items.toSorted((one, other) => hash(JSON.stringify(one)) - hash(JSON.stringify(other)));
const hash = (text: string) =>
  [...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 65_521, 7);

const updates = [
  ...tiedPlayers.map((player_id, index) =>
    anUpdate({ player_id, score: SCORE, occurred_at: atMs(reachedMs(index)) }),
  ),
  ...Array.from({ length: OTHERS }, (_, index) => [
    anUpdate({ player_id: `more-${index}`, score: SCORE + index + 1, occurred_at: atMs(FIRST_MS) }),
    anUpdate({ player_id: `less-${index}`, score: SCORE - index - 1, occurred_at: atMs(FIRST_MS) }),
  ]).flat(),
];
const PLAYERS = updates.length;

describe('60 players on one score', () => {
  const standings = useStandingsStack(BOARDS);
  let expected: Map<string, readonly OracleEntry[]>;

  beforeAll(async () => {
    await standings.send(shuffled(updates));
    await standings.settled(updates.map(({ player_id }) => player_id));
    const rankings = rankLedger(await standings.ledger(), BOARDS);
    expected = new Map(
      rankings.filter(({ window }) => window === 'all_time').map((it) => [it.board, it.entries]),
    );
  });

  test.each([
    ['EARLIEST', 'by who reached it first, then by id', tiedPlayers],
    ['SHARED', 'by id', tiedPlayers],
    [
      'LATEST',
      'by who reached it last, then by id',
      tiedPlayers.toSorted(
        (one, other) =>
          reachedMs(tiedPlayers.indexOf(other)) - reachedMs(tiedPlayers.indexOf(one)) ||
          (one < other ? -1 : 1),
      ),
    ],
  ])('%s lists them %s', async (board, _, order) => {
    const entries = await standings.api.entries(board);
    expect(entries).toEqual(expected.get(board));
    expect(entries.slice(OTHERS, OTHERS + TIED).map(({ player_id }) => player_id)).toEqual(order);
  });

  test.each([
    ['EARLIEST', Array.from({ length: TIED }, (_, index) => OTHERS + 1 + index)],
    ['LATEST', Array.from({ length: TIED }, (_, index) => OTHERS + 1 + index)],
    ['SHARED', Array.from({ length: TIED }, () => OTHERS + 1)],
  ])(
    '%s gives them their ranks, and the next player the rank after all of them',
    async (board, ranks) => {
      const entries = await standings.api.entries(board);
      expect(entries.slice(OTHERS, OTHERS + TIED).map(({ rank }) => rank)).toEqual(ranks);
      expect(entries.slice(OTHERS + TIED).map(({ rank }) => rank)).toEqual([66, 67, 68, 69, 70]);
    },
  );

  const ids = BOARDS.map(({ id }) => id);
  test.each(ids.flatMap((board) => [1, 7, 64, 70].map((limit) => ({ board, limit }))))(
    '$board in pages of $limit lists everybody once, with ranks that continue across pages',
    async ({ board, limit }) => {
      const pages = await standings.api.pages(board, { limit });
      expect(pages).toHaveLength(Math.ceil(PLAYERS / limit));
      expect(pages.flatMap(({ entries }) => entries)).toEqual(expected.get(board));
      expect(new Set(pages.map(({ total, exact }) => `${total} ${exact}`))).toEqual(
        new Set([`${PLAYERS} true`]),
      );
    },
  );

  test.each(ids)('%s shows each of them between the right neighbours', async (board) => {
    const all = expected.get(board) ?? [];
    for (const [index, { player_id }] of all.entries()) {
      const { entries } = await standings.api.around(board, player_id, { limit: 4 });
      expect(entries).toEqual(all.slice(Math.max(0, index - 4), index + 5));
    }
  });

  test.each([
    ['EARLIEST', 'tied-00', 6, 92.85],
    ['EARLIEST', 'tied-59', 65, 8.57],
    ['LATEST', 'tied-58', 6, 92.85],
    ['LATEST', 'tied-01', 65, 8.57],
    ['SHARED', 'tied-00', 6, 92.85],
    ['SHARED', 'tied-59', 6, 92.85],
  ])('%s places %s at %i with percentile %d', async (board, player, rank, percentile) => {
    expect(await standings.api.place(board, player)).toMatchObject({
      rank,
      percentile,
      score: '12.5',
      total: PLAYERS,
      exact: true,
    });
  });

  test.each(ids)('%s gives friends who tie the same ranks', async (board) => {
    const friends = tiedPlayers.filter((_, index) => index % 3 === 0);
    const { entries, missing } = await standings.api.friends(board, [...friends, 'nobody']);
    expect(entries).toEqual(
      (expected.get(board) ?? []).filter(({ player_id }) => friends.includes(player_id)),
    );
    expect(missing).toEqual(['nobody']);
  });
});
