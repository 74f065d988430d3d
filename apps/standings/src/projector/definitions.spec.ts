import { expect, test } from '@jest/globals';
import { boardDefinitionHash, type BoardDefinition } from '@leaderboard/ranking';
import { seededRandom } from '@leaderboard/testing/random';
import { crashAtWrite } from '../testing/request-log.ts';
import { eventRecord, randomScore } from '../testing/test-ledger.ts';
import { useStandings } from '../testing/use-standings.ts';
import { DEFAULT_BOARDS } from '../testing/test-projector.ts';

const EXTRA: BoardDefinition = {
  id: 'MOVES',
  scope: 'all_games',
  operator: 'count',
  order: 'desc',
  tie_break: 'latest',
  windows: ['monthly'],
  shards: 3,
};

const CHANGES: Record<string, (boards: readonly BoardDefinition[]) => BoardDefinition[]> = {
  'another operator': ([first, ...rest]) => [...changed(first, { operator: 'last' }), ...rest],
  'another order': ([first, ...rest]) => [...changed(first, { order: 'asc' }), ...rest],
  'bounds that leave out what counted': ([first, ...rest]) => [
    ...changed(first, { min_score: 5.5 }),
    ...rest,
  ],
  'more shards': ([first, ...rest]) => [...changed(first, { shards: 4 }), ...rest],
  'one window more': ([first, ...rest]) => [
    ...changed(first, { windows: ['all_time', 'weekly', 'daily'] }),
    ...rest,
  ],
  'a new board': (boards) => [...boards, EXTRA],
};

const standings = useStandings();

function changed(
  definition: BoardDefinition | undefined,
  change: Partial<BoardDefinition>,
): BoardDefinition[] {
  return definition ? [{ ...definition, ...change } as BoardDefinition] : [];
}

async function playUnder(definitions: readonly BoardDefinition[], seed: number): Promise<void> {
  const random = seededRandom(seed);
  const scores = Array.from({ length: 30 }, () => randomScore(random));
  const records = (await standings.ledger.add('ada', ...scores)).map(eventRecord);
  expect(await standings.createProjector({ definitions }).handle(records)).toEqual([]);
}

test.each(Object.entries(CHANGES))(
  '%s: the next event folds the player again, once, from the first update',
  async (_name, change) => {
    await playUnder(DEFAULT_BOARDS, 1);
    const definitions = change(DEFAULT_BOARDS);
    const projector = standings.createProjector({ definitions });
    await projector.handle((await standings.ledger.add('ada', { score: 1 })).map(eventRecord));
    expect(projector.observed.refolded).toEqual([['ada', 'definitions', 31]]);
    await projector.handle((await standings.ledger.add('ada', { score: 2 })).map(eventRecord));
    expect(projector.observed.refolded).toHaveLength(1);
    await standings.expectFoldOfLedger(definitions);
  },
);

test('a removed board needs no refold: its present standings go with the next event, with their ranks', async () => {
  await playUnder([...DEFAULT_BOARDS, EXTRA], 2);
  const projector = standings.createProjector();
  await projector.handle((await standings.ledger.add('ada', { score: 1 })).map(eventRecord));
  expect(projector.observed.refolded).toEqual([]);
  const stored = await standings.stored();
  const expected = await standings.expected();
  expect(stored).toEqual(expect.arrayContaining(expected));
  // Those of periods that ended stay until the rebuild removes them.
  const extra = stored.filter((line) => line.includes('"MOVES"'));
  expect(stored).toHaveLength(expected.length + extra.length);
  await standings.expectRanksOfStandings([...DEFAULT_BOARDS, EXTRA]);
});

test.each(Object.entries(CHANGES))(
  '%s: folded beside the former boards, and either is left without the other being touched',
  async (_name, change) => {
    const later = change(DEFAULT_BOARDS);
    const both = [...DEFAULT_BOARDS, ...later];
    await playUnder(DEFAULT_BOARDS, 7);
    await playUnder(both, 8);
    const hashes = new Set(both.map(boardDefinitionHash));
    await standings.expectFoldOfLedger(
      both.filter((definition) => hashes.delete(boardDefinitionHash(definition))),
    );
    for (const kept of [later, DEFAULT_BOARDS]) {
      await playUnder(both, 9);
      await playUnder(kept, 10);
      const stored = await standings.stored();
      expect(stored).toEqual(expect.arrayContaining(await standings.expected(kept)));
      await standings.expectRanksOfStandings(both);
    }
  },
);

test('a board that comes back is folded again', async () => {
  await playUnder([...DEFAULT_BOARDS, EXTRA], 3);
  await playUnder(DEFAULT_BOARDS, 4);
  await playUnder([...DEFAULT_BOARDS, EXTRA], 5);
  await standings.expectFoldOfLedger([...DEFAULT_BOARDS, EXTRA]);
});

test('a crash at any write of a refold is repaired by the redelivery', async () => {
  const definitions = CHANGES['another order']?.(DEFAULT_BOARDS) ?? [];
  for (let write = 1; write <= 4; write += 1) {
    await standings.reset();
    await playUnder(DEFAULT_BOARDS, 6);
    const records = (await standings.ledger.add('ada', { score: 1 })).map(eventRecord);
    const dying = standings.createProjector({ definitions });
    crashAtWrite(dying.log, write, 'after');
    expect(await dying.handle(records)).toHaveLength(1);
    expect(await standings.createProjector({ definitions }).handle(records)).toEqual([]);
    await standings.expectFoldOfLedger(definitions);
  }
});
