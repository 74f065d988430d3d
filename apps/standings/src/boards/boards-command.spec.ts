import { describe, expect, test } from '@jest/globals';
import { boardDefinitionHash, type BoardDefinition } from '@leaderboard/ranking';
import { seededRandom } from '@leaderboard/testing/random';
import { EXIT } from '../rebuild/rebuild-command.ts';
import { crashAtWrite, Crash, isWrite } from '../testing/request-log.ts';
import { eventRecord, randomScore } from '../testing/test-ledger.ts';
import { DEFAULT_BOARDS, type TestProjector } from '../testing/test-projector.ts';
import { useBoards } from '../testing/use-boards.ts';

const [GLOBAL, GAMES] = DEFAULT_BOARDS as [BoardDefinition, BoardDefinition];
const LAST: BoardDefinition = { ...GLOBAL, operator: 'last', order: 'asc' };
const MOVES: BoardDefinition = { ...GLOBAL, id: 'MOVES', operator: 'count', tie_break: 'shared' };
/** One board changed, one removed, one added. */
const LATER = [LAST, MOVES];

const boards = useBoards();
const { standings } = boards;

/** Updates of players, some of them new, folded at once by one of the projectors. */
async function play(projector: TestProjector, random: () => number, players = 8): Promise<void> {
  const player = `player-${Math.floor(random() * players)}`;
  const scores = Array.from({ length: 1 + Math.floor(random() * 3) }, () => randomScore(random));
  const records = (await standings.ledger.add(player, ...scores)).map(eventRecord);
  expect(await projector.handle(records)).toEqual([]);
}

/** Every board that is said to be complete has the fold of the ledger, and its ranks. @returns how many there are */
async function expectNoLie(): Promise<number> {
  const complete = new Set((await boards.record.read())?.complete);
  const said = [GLOBAL, GAMES, ...LATER].filter((each) => complete.has(boardDefinitionHash(each)));
  const stored = await standings.stored();
  for (const definition of said) {
    const hash = boardDefinitionHash(definition);
    const isOf = (line: string) => line.includes(`"${hash}"`);
    const expected = (await standings.expected([definition])).filter(isOf);
    expect(stored.filter(isOf)).toEqual(expected.filter((line) => line.includes('"board_id"')));
  }
  await standings.expectRanksOfStandings(said);
  return said.length;
}

/** A stack that is complete under the deployed boards. */
async function start(seed: number): Promise<TestProjector> {
  const random = seededRandom(seed);
  const projector = boards.projector();
  for (let batch = 0; batch < 12; batch += 1) await play(projector, random);
  const { record } = boards;
  await record.beginRebuild('first', [GLOBAL, GAMES].map(boardDefinitionHash).toSorted());
  const hashes = [GLOBAL, GAMES].map(boardDefinitionHash).toSorted();
  await record.endRebuild('first', hashes, await standings.tableIds());
  expect(await expectNoLie()).toBe(2);
  return projector;
}

async function expectServed(definitions: readonly BoardDefinition[]): Promise<void> {
  const hashes = definitions.map(boardDefinitionHash).toSorted();
  const record = await boards.record.read();
  expect(record?.sets.building).toBeUndefined();
  expect([record?.projected, record?.complete]).toEqual([hashes, hashes]);
  expect(await expectNoLie()).toBe(definitions.length);
}

describe('applying a plan', () => {
  test.each([1, 2, 3, 4])(
    'under traffic, with projectors that still have the former boards: no board is said to be complete that is not (%i)',
    async (seed) => {
      const random = seededRandom(seed);
      const old = await start(seed);
      const plan = await boards.plan(LATER);
      const { client, log } = standings.watch();
      const seen: number[] = [];
      const isSettled = async () => boards.clock >= ((await boards.record.read())?.settledAt ?? 0);
      log.plan = async (request) => {
        if (!isWrite(request) || random() < 0.5) return undefined;
        // The one that began before the change still runs; it ends before the build begins.
        await play((await isSettled()) || random() < 0.5 ? boards.projector() : old, random, 14);
        seen.push(await expectNoLie());
        return undefined;
      };
      const onWait = async () => {
        if (random() < 0.8) return;
        await play(random() < 0.5 ? old : boards.projector(), random, 14);
        seen.push(await expectNoLie());
      };
      expect(await boards.apply(plan, { client, onWait })).toBe(EXIT.done);
      await expectServed(LATER);
      // The boards that were served were exact all the time.
      expect(seen.length).toBeGreaterThan(0);
      expect(Math.min(...seen)).toBeGreaterThanOrEqual(2);
      await play(boards.projector(), random);
      await expectServed(LATER);
    },
  );

  test('stopped at any write, and continued by the same command', async () => {
    let isDone = false;
    for (let write = 1; !isDone; write += 1) {
      await standings.reset();
      await boards.reset();
      const random = seededRandom(write);
      const projector = await start(write);
      const plan = await boards.plan(LATER);
      const { client, log } = standings.watch();
      crashAtWrite(log, write, random() < 0.5 ? 'before' : 'after');
      isDone = await boards.apply(plan, { client }).then(
        (code) => code === EXIT.done,
        (error: unknown) => !(error instanceof Crash) && Promise.reject(error as Error),
      );
      await expectNoLie();
      boards.clock += 10_000;
      await play(projector, random);
      await play(boards.projector(), random, 20);
      await expectNoLie();
      // Players who could not be written count as failed, and the run after that begins from the start.
      const code = await boards.apply(plan);
      if (code !== EXIT.done) expect(await boards.apply(plan)).toBe(EXIT.done);
      await expectServed(LATER);
      if (write > 60) throw new Error('The command never ends.');
    }
  });

  test('without a confirmation changes nothing', async () => {
    await start(1);
    const before = await standings.items();
    const plan = await boards.plan(LATER);
    expect(await boards.apply(plan, {}, { isConfirmed: false })).toBe(EXIT.done);
    expect(boards.out.at(-1)).toContain('Nothing was changed. With --yes this plan is applied.');
    expect(await standings.items()).toEqual(before);
  });

  test('that only removes a board builds nothing', async () => {
    await start(2);
    const plan = await boards.plan([GLOBAL]);
    expect(plan.estimate.writeUnits).toBe(0);
    const { client, log } = standings.watch();
    expect(await boards.apply(plan, { client })).toBe(EXIT.done);
    expect(log.counts()['ScanCommand']).toBeUndefined();
    await expectServed([GLOBAL]);
  });

  test('a second time does nothing', async () => {
    await start(3);
    const plan = await boards.plan(LATER);
    await boards.apply(plan);
    expect(await boards.apply(plan)).toBe(EXIT.done);
    expect(boards.out.at(-1)).toBe(`Set ${plan.id} is served already.\n`);
  });

  test('one change after another, and back', async () => {
    const projector = await start(4);
    const random = seededRandom(4);
    for (const wanted of [LATER, [GLOBAL, GAMES], LATER]) {
      expect(await boards.apply(await boards.plan(wanted))).toBe(EXIT.done);
      boards.clock += 10_000;
      await play(projector, random);
      await expectServed(wanted);
    }
  });
});

describe('a plan does not fit any more', () => {
  test('when other boards are served', async () => {
    await start(5);
    const [plan, other] = [await boards.plan(LATER), await boards.plan([LAST])];
    await boards.apply(other);
    await expect(boards.apply(plan)).rejects.toThrow('Other boards are served now');
    await expectServed([LAST]);
  });

  test('when other boards were deployed', async () => {
    await start(5);
    const plan = await boards.plan(LATER);
    await expect(boards.apply(plan, { deployed: [MOVES] })).rejects.toThrow(
      'Other boards are served now',
    );
  });

  test('while another set is being built', async () => {
    await start(5);
    const [plan, other] = [await boards.plan(LATER), await boards.plan([LAST])];
    const stop = new AbortController();
    stop.abort();
    expect(await boards.apply(other, { stop })).toBe(EXIT.stopped);
    await expect(boards.apply(plan)).rejects.toThrow(`Set ${other.id} is being built.`);
    await expect(boards.plan(LATER)).rejects.toThrow(`Set ${other.id} is being built.`);
  });

  test('for another stack', async () => {
    await start(5);
    const plan = { ...(await boards.plan(LATER)), standings: 'standings-prod' };
    await expect(boards.apply(plan)).rejects.toThrow('for the table standings-prod');
  });
});

test('a build that is given up leaves what is served, and can be started again', async () => {
  const random = seededRandom(6);
  const projector = await start(6);
  const stop = new AbortController();
  const plan = await boards.plan(LATER);
  const { client, log } = standings.watch();
  log.plan = (request) => {
    if (request.name === 'TransactWriteItemsCommand') stop.abort();
    return undefined;
  };
  expect(await boards.apply(plan, { client, stop })).toBe(EXIT.stopped);
  await boards.commands().status();
  expect(boards.out.at(-1)).toContain(`Being built: set ${plan.id}`);
  await boards.commands().abandon({ isConfirmed: false });
  expect(boards.out.at(-1)).toContain('Nothing was changed.');
  expect((await boards.record.read())?.sets.building).toBe(plan.id);
  await boards.commands().abandon({ isConfirmed: true });
  await expectServed([GLOBAL, GAMES]);
  boards.clock += 10_000;
  for (let batch = 0; batch < 5; batch += 1) await play(projector, random, 12);
  await expectServed([GLOBAL, GAMES]);
  expect(await boards.apply(await boards.plan(LATER))).toBe(EXIT.done);
  await expectServed(LATER);
});

test('a rebuild while a set is being built repairs the boards of both', async () => {
  await start(7);
  const stop = new AbortController();
  stop.abort();
  const plan = await boards.plan(LATER);
  await boards.apply(plan, { stop });
  boards.clock = (await boards.record.read())?.settledAt ?? 0;
  await standings.damage('player-1', (rows) => rows.clear());
  expect((await boards.rebuild()).code).toBe(EXIT.done);
  const hashes = [GLOBAL, GAMES, ...LATER].map(boardDefinitionHash).toSorted();
  expect((await boards.record.read())?.complete).toEqual(hashes);
  expect(await standings.stored()).toEqual(
    expect.arrayContaining(await standings.expected([GLOBAL, GAMES, ...LATER])),
  );
  expect(await boards.apply(plan)).toBe(EXIT.done);
});

describe('a plan', () => {
  test('shows how ranks would change, for every player of a small ledger', async () => {
    const projector = boards.projector();
    for (const [player, scores] of [
      ['ada', [5, 1]],
      ['bob', [4, 3]],
      ['cy', [9]],
    ] as const) {
      const updates = await standings.ledger.add(player, ...scores.map((score) => ({ score })));
      await projector.handle(updates.map(eventRecord));
    }
    const { changes, preview } = await boards.plan(LATER);
    expect(changes).toEqual([
      { id: GAMES.id, kind: 'removed', fields: {} },
      {
        id: 'GLOBAL',
        kind: 'changed',
        fields: {
          operator: { before: 'sum', after: 'last' },
          order: { before: 'desc', after: 'asc' },
        },
      },
      { id: 'MOVES', kind: 'added', fields: {} },
    ]);
    expect(preview).toMatchObject({ players: 3, updates: 5, isWhole: true, boardsPerPlayer: 2 });
    const ids = (entries: readonly { player_id: string }[]) => entries.map((e) => e.player_id);
    const [global] = preview.boards;
    expect(ids(global?.before ?? [])).toEqual(['cy', 'bob', 'ada']);
    expect(ids(global?.after ?? [])).toEqual(['ada', 'bob', 'cy']);
    expect(global).toMatchObject({ board: 'GLOBAL', players: 3, moved: 2 });
    expect(boards.out.at(-1)).toContain('GLOBAL, all_time: 2 of 3 players change their rank');
  });

  test('of the boards that are served says so', async () => {
    await start(8);
    expect((await boards.plan([GLOBAL, GAMES])).changes).toEqual([]);
    expect(boards.out.at(-1)).toContain('There is nothing to change.');
  });
});
