import { describe, expect, test } from '@jest/globals';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import type { BoardDefinition } from '@leaderboard/ranking';
import { LEDGER_TABLE } from '@leaderboard/tables';
import { createTable } from '@leaderboard/tables/testing';
import { eventRecord } from '../testing/test-ledger.ts';
import { DEFAULT_BOARDS, hashesOf } from '../testing/test-projector.ts';
import { attempt, useCompleters } from '../testing/use-completers.ts';

const MINUTE_MS = 60_000;

const completers = useCompleters();
const { standings } = completers;

describe('other definitions', () => {
  const [global, perGame] = DEFAULT_BOARDS as [BoardDefinition, BoardDefinition];
  const changed = [global, { ...perGame, operator: 'sum' as const }];

  test('leave the common boards complete, from before the first write on', async () => {
    await standings.ledger.add('ada', {});
    await attempt(await completers.start());
    const completer = await completers.start({ definitions: changed });
    expect(await completers.complete()).toEqual(hashesOf([global]));
    await attempt(completer);
    expect(await completers.complete()).toEqual(hashesOf([global]));
  });

  test('are complete once no former projector can write, if the ledger is small', async () => {
    await standings.ledger.add('ada', {}, {});
    await attempt(await completers.start());
    const completer = await completers.start({ definitions: changed });
    await attempt(completer);
    completers.clock += 2 * MINUTE_MS;
    await attempt(completer);
    expect(await completers.complete()).toEqual(hashesOf(changed));
    await standings.expectFoldOfLedger(changed);
  });

  test('are not marked complete by a process with the former ones', async () => {
    await standings.ledger.add('ada', {});
    const former = await completers.start();
    await completers.start({ definitions: changed });
    await attempt(former);
    expect([completers.obstacles, await completers.complete()]).toEqual([
      ['definitions changed'],
      [],
    ]);
  });

  test('that start while the players are compared win', async () => {
    await standings.ledger.add('ada', {});
    const { client, log } = standings.watch();
    const former = await completers.start({ client });
    log.plan = async ({ name }) => {
      if (name === 'ScanCommand') await completers.start({ definitions: changed });
      return undefined;
    };
    await attempt(former);
    expect(await completers.record.read()).toMatchObject({
      projected: hashesOf(changed),
      complete: [],
    });
  });
});

test('a projector that cannot record its definitions writes nothing, and tries again soon', async () => {
  const boards = () => Promise.reject(new Error('throttled'));
  const projector = standings.createProjector({ boards });
  const records = (await standings.ledger.add('ada', {})).map(eventRecord);
  expect(await projector.project(records)).toMatchObject([{ records, pauseSeconds: 2 }]);
  expect(await standings.stored()).toEqual([]);
});

describe('the completer leaves to the rebuild', () => {
  test('standings that it is working on', async () => {
    await standings.ledger.add('ada', {});
    const completer = await completers.start();
    await completers.record.beginRebuild('run', hashesOf(DEFAULT_BOARDS));
    await attempt(completer);
    expect([completers.obstacles, await completers.complete()]).toEqual([
      ['a rebuild is under way, or was stopped'],
      [],
    ]);
    await completers.record.endRebuild('run', hashesOf(DEFAULT_BOARDS), await standings.tableIds());
    completers.clock += MINUTE_MS;
    await attempt(completer);
    expect(await completers.complete()).toEqual(hashesOf(DEFAULT_BOARDS));
  });

  test('standings that were complete when it began, which is reported once', async () => {
    await standings.ledger.add('ada', {});
    const completer = await completers.start();
    await attempt(completer);
    await completers.record.beginRebuild('run', hashesOf(DEFAULT_BOARDS));
    for (let minute = 0; minute < 2; minute += 1) {
      completers.clock += MINUTE_MS;
      await attempt(completer);
    }
    expect(completers.obstacles).toEqual(['a rebuild is under way, or was stopped']);
  });

  test('standings of a ledger that was restored or created again', async () => {
    await standings.ledger.add('ada', {});
    await attempt(await completers.start());
    const before = await completers.record.read();
    await standings.client.send(new DeleteTableCommand({ TableName: standings.tables.ledger }));
    await createTable(standings.client, LEDGER_TABLE, standings.tables.ledger);
    await attempt(await completers.start());
    expect(completers.obstacles).toEqual(['a rebuild is due']);
    expect(await completers.record.read()).toEqual(before);
  });
});
