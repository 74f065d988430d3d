import { beforeAll, describe, expect, test } from '@jest/globals';
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

const CASES = (['earliest', 'latest', 'shared'] as const).flatMap((tie_break) => [
  { rules: { tie_break, operator: 'sum', order: 'desc' } as const, shards: 1 },
  { rules: { tie_break, operator: 'best', order: 'asc' } as const, shards: 3 },
]);

describe.each(CASES)(
  '$rules.tie_break, $rules.operator, $rules.order, $shards shard(s)',
  ({ rules, shards }) => {
    let api: TestApi;
    let expected: ExpectedEntry[];
    const updates = updatesWithTies();

    /** The places at both ends, and some in between. */
    const sample = () =>
      expected.filter((_, position) => position < 3 || position > 116 || position % 9 === 0);

    beforeAll(async () => {
      api = await createApi([definition({ ...rules, shards })]);
      await api.tables.play(updates);
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
