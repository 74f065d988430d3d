import { beforeAll, describe, expect, test } from '@jest/globals';
import { seededRandom } from '@leaderboard/testing/random';
import { expectedRanking, type ExpectedEntry } from '../testing/oracle.ts';
import { definition, useApi, type TestApi } from '../testing/test-api.ts';
import { NOW_MS, type TestUpdate } from '../testing/test-tables.ts';

const createApi = useApi();

/** 60 players on one score, at 20 different instants, among 60 others; some have a second update. */
function updatesWithTies(): TestUpdate[] {
  const first = Array.from({ length: 120 }, (_, index) => ({
    // Ids whose order is that of neither scores nor instants.
    player_id: `p${(index * 77) % 120}:${index % 7}@x`,
    score: index % 2 === 0 ? 41.5 : (index - 30) / 10,
    occurred_at: new Date(NOW_MS - 1_000 * ((index * 13) % 40)).toISOString(),
    game_id: 'chess',
  }));
  const second = first
    .filter((_, index) => index % 9 === 0)
    .map((update, index) => ({
      ...update,
      score: index % 2 === 0 ? 0 : 0.000001,
      occurred_at: new Date(NOW_MS + 1_000 * index).toISOString(),
    }));
  return [...first, ...second];
}

/** Where the ranks are: which part of the log is moved into runs, one part after the other. */
const PLACES = {
  'in the log': [],
  'in runs of the head': [{ share: 1, smallBytes: 1e6, segmentBytes: 400 }],
  'in stored runs with small segments, and in the log': [
    { share: 0.5, smallBytes: 0, segmentBytes: 400 },
    { share: 0.5, smallBytes: 0, segmentBytes: 300 },
    { share: 0.3, smallBytes: 1e6, segmentBytes: 400 },
  ],
};

const CASES = (['earliest', 'latest', 'shared'] as const)
  .flatMap((tie_break) => [
    { tie_break, operator: 'sum', order: 'desc' } as const,
    { tie_break, operator: 'best', order: 'asc' } as const,
  ])
  .flatMap((rules) => Object.entries(PLACES).map(([where, merges]) => ({ rules, where, merges })));

describe.each(CASES)(
  '$rules.tie_break, $rules.operator, $rules.order, $where',
  ({ rules, merges }) => {
    let api: TestApi;
    let expected: ExpectedEntry[];
    const updates = updatesWithTies();

    /** The places at both ends, and some in between. */
    const sample = () =>
      expected.filter((_, position) => position < 3 || position > 116 || position % 9 === 0);

    beforeAll(async () => {
      api = await createApi([definition(rules)]);
      const random = seededRandom(7);
      // Three times, so that standings move between the merges.
      for (const part of [updates.slice(0, 70), updates.slice(70, 125), updates.slice(125)]) {
        await api.tables.play(part);
        for (const { share, ...sizes } of merges) {
          await api.tables.mergeLogs(() => random() < share, sizes);
        }
      }
      expected = expectedRanking(updates, rules);
      const shared = Map.groupBy(expected, ({ score }) => score);
      expect(
        Math.max(...[...shared.values()].map((entries) => entries.length)),
      ).toBeGreaterThanOrEqual(50);
    });

    test.each([7, 25, 119, 120, 1000])('pages of %i entries, one after another', async (limit) => {
      const entries: ExpectedEntry[] = [];
      let cursor = '';
      do {
        const { body } = await api.get(`/leaderboards/GLOBAL?limit=${limit}&cursor=${cursor}`);
        expect(body).toMatchObject({
          total: 120,
          exact: true,
          window: 'all_time',
          period: 'all_time',
        });
        expect(body.entries.length).toBe(Math.min(limit, 120 - entries.length));
        entries.push(...body.entries);
        cursor = body.next_cursor ?? '';
      } while (cursor !== '');
      expect(entries).toEqual(expected);
    });

    test('single players', async () => {
      for (const entry of sample()) {
        const { body } = await api.get(`/leaderboards/GLOBAL/players/${entry.player_id}`);
        const percentile = Math.floor(((120 - entry.rank + 1) * 10_000) / 120) / 100;
        expect(body).toMatchObject({ ...entry, percentile, total: 120, exact: true });
      }
    });

    test.each([1, 5, 500])('players with %i others on either side', async (limit) => {
      for (const entry of sample()) {
        const { player_id } = entry;
        const position = expected.indexOf(entry);
        const url = `/leaderboards/GLOBAL/players/${player_id}/around?limit=${limit}`;
        const { body } = await api.get(url);
        expect(body).toMatchObject({ player_id, total: 120, exact: true });
        expect(body.entries).toEqual(
          expected.slice(Math.max(0, position - limit), position + limit + 1),
        );
      }
    });

    test('pages from a place, counted from the first or from the last one', async () => {
      for (const from of [1, 2, 50, 119, 120, 121, -1, -7, -120, -500]) {
        const { body } = await api.get(`/leaderboards/GLOBAL?from_rank=${from}&limit=7`);
        const start = from > 0 ? from - 1 : Math.max(0, 120 + from);
        expect(body.entries).toEqual(expected.slice(start, start + 7));
        expect(body).toMatchObject({ total: 120, exact: true });
      }
    });

    test('the distribution: every player in a bucket, and the scores of the top', async () => {
      const { body } = await api.get('/leaderboards/GLOBAL/distribution?buckets=9');
      const count = (from: number, to: number, isLast: boolean) =>
        expected.filter(({ score }) => {
          const value = Number(score);
          return value >= from && (isLast ? value <= to : value < to);
        }).length;
      const buckets: { from: number; to: number; players: number }[] = body.buckets;
      expect(buckets.map(({ players }) => players).reduce((a, b) => a + b)).toBe(120);
      expect(body.exact).toBe(body.resolution === 0);
      for (const [index, { from, to, players }] of buckets.entries()) {
        const difference = Math.abs(players - count(from, to, index === buckets.length - 1));
        expect(difference).toBeLessThanOrEqual(2 * body.resolution);
      }
      expect(body.top).toEqual(
        [1, 10, 50].map((percent) => {
          const rank = Math.ceil((120 * percent) / 100);
          return { percent, rank, score: expected[rank - 1]?.score };
        }),
      );
    });

    test('the distribution with tails: equally wide buckets between the scores of the best and the worst players', async () => {
      const { body } = await api.get('/leaderboards/GLOBAL/distribution?buckets=9&tails=10');
      const buckets: { from: number; to: number; players: number }[] = body.buckets;
      expect(buckets.map(({ players }) => players).reduce((a, b) => a + b)).toBe(120);
      for (const [index, { from }] of buckets.entries()) {
        if (index > 0) expect(from).toBe(buckets[index - 1]?.to);
      }
      const scores = expected.map(({ score }) => Number(score)).toSorted((a, b) => a - b);
      expect(buckets[0]?.from).toBe(scores[0]);
      expect(buckets.at(-1)?.to).toBe(scores.at(-1));
      const limits = new Set(buckets.flatMap(({ from, to }) => [from, to]));
      // A tenth of 120 players at either end.
      expect(limits).toContain(scores[11]);
      expect(limits).toContain(scores[108]);
    });

    test('friends, tied or not, some without a standing', async () => {
      const friends = expected
        .filter((_, position) => position % 2 === 0)
        .map((one) => one.player_id);
      const ids = [...friends.toReversed(), 'nobody', 'no:one@else', friends[0]];
      const { body } = await api.get(`/leaderboards/GLOBAL/players?ids=${ids.join(',')}`);
      expect(body.entries).toEqual(expected.filter((_, position) => position % 2 === 0));
      expect(body).toMatchObject({ missing: ['nobody', 'no:one@else'], total: 120, exact: true });
    });
  },
);
