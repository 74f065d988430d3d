import { expect, test } from '@jest/globals';
import type { BoardDefinition } from '@leaderboard/ranking';
import { COMPLETENESS_SORT_KEY } from '@leaderboard/tables';
import { seededRandom } from '@leaderboard/testing/random';
import { isWrite, keyOf } from '../testing/request-log.ts';
import { eventRecord, randomScore } from '../testing/test-ledger.ts';
import { DEFAULT_BOARDS } from '../testing/test-projector.ts';
import { useRebuild } from '../testing/use-rebuild.ts';
import { EXIT } from './rebuild-command.ts';

const rebuild = useRebuild();
const { standings } = rebuild;

test('live updates during a rebuild: older state never overwrites newer', async () => {
  const random = seededRandom(7);
  await rebuild.fillLedger(6, 3);
  const projector = standings.createProjector();
  const { client, log } = standings.watch();
  // Before every other request of the rebuild an update arrives and is projected, or is only written to the ledger.
  let requests = 0;
  log.plan = async () => {
    requests += 1;
    if (requests % 2 === 0 && requests < 120) {
      const update = await standings.ledger.add(`player-${requests % 3}`, randomScore(random));
      if (random() < 0.7) await projector.handle(update.map(eventRecord));
    }
    return undefined;
  };
  const { code } = await rebuild.run({ client });
  expect(code).toBe(EXIT.done);
  for (let player = 0; player < 3; player += 1) {
    await projector.handle(
      (await standings.ledger.add(`player-${player}`, { score: 1 })).map(eventRecord),
    );
  }
  await standings.expectFoldOfLedger();
});

test('an update projected between the scan and the comparison stays', async () => {
  await standings.ledger.add('ada', { score: 1 });
  await rebuild.run();
  const projector = standings.createProjector();
  const { client, log } = standings.watch();
  log.plan = async ({ name, input }) => {
    const isPlayerRead = name === 'QueryCommand' && JSON.stringify(input).includes('"ada"');
    if (isPlayerRead && input['TableName'] === standings.tables.standings) {
      log.plan = () => undefined;
      await projector.handle((await standings.ledger.add('ada', { score: 2 })).map(eventRecord));
    }
    return undefined;
  };
  expect(await rebuild.run({ client })).toMatchObject({ code: EXIT.done });
  await standings.expectFoldOfLedger();
});

test('rebuilds under two definitions at the same time: the standings are wholly those of the last one', async () => {
  await standings.ledger.add('ada', { score: 1 }, { score: 3 }, { score: 2 });
  await rebuild.run();
  const [global, perGame] = DEFAULT_BOARDS as [BoardDefinition, BoardDefinition];
  const ofFirst: BoardDefinition[] = [global, { ...perGame, operator: 'last' }];
  const ofLast: BoardDefinition[] = [{ ...global, order: 'asc' }, perGame];
  const { client, log } = standings.watch();
  log.plan = async (request) => {
    if (!isWrite(request) || keyOf(request).board_window === COMPLETENESS_SORT_KEY)
      return undefined;
    log.plan = () => undefined;
    // At the same version: only the hashes show that the table no longer holds what was read.
    expect(await rebuild.run({ definitions: ofFirst })).toMatchObject({ code: EXIT.done });
    return undefined;
  };
  const { code, err } = await rebuild.run({ definitions: ofLast, client });
  expect(code).toBe(EXIT.differences);
  expect(err.join('')).toContain('another rebuild has begun');
  expect((await standings.completenessRecord().read())?.complete).toEqual([]);
  await standings.expectFoldOfLedger(ofLast);
});
