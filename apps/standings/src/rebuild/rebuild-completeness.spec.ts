import { describe, expect, test } from '@jest/globals';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DEPLOYED_ONLY } from '../storage/completeness-record.ts';
import { DEFAULT_BOARDS, hashesOf } from '../testing/test-projector.ts';
import { COUNT, useRebuild } from '../testing/use-rebuild.ts';
import { EXIT } from './rebuild-command.ts';

const rebuild = useRebuild();
const { standings } = rebuild;

describe('the completeness record', () => {
  test('names all boards and these tables once a rebuild is done', async () => {
    await rebuild.fillLedger(12, 2);
    await rebuild.run();
    expect(await standings.completenessRecord().read()).toMatchObject({
      complete: hashesOf(DEFAULT_BOARDS),
      tableIds: await standings.tableIds(),
      rebuildRun: '',
    });
  });

  test('names no board while a rebuild runs, or after it was stopped', async () => {
    await rebuild.fillLedger(13, 4);
    await rebuild.run();
    const seen: unknown[] = [];
    const { client, log } = standings.watch();
    const stop = new AbortController();
    log.plan = async ({ name, input }) => {
      if (name === 'ScanCommand' && input['TableName'] === standings.tables.ledger) {
        seen.push((await standings.completenessRecord().read())?.complete);
        stop.abort();
      }
      return undefined;
    };
    expect(await rebuild.run({ client, stop })).toMatchObject({ code: EXIT.stopped });
    expect(seen).toContainEqual([]);
    expect((await standings.completenessRecord().read())?.complete).toEqual([]);
  });

  test('names no board after --check or when a player failed', async () => {
    await rebuild.fillLedger(14, 1);
    await rebuild.run({ check: true });
    expect(await standings.completenessRecord().read()).toBeUndefined();
    const odd = { player_id: { S: 'odd' }, timestamp: { N: '1' } };
    await standings.client.send(
      new PutItemCommand({ TableName: standings.tables.ledger, Item: odd }),
    );
    expect(await rebuild.run()).toMatchObject({ code: EXIT.differences });
    expect((await standings.completenessRecord().read())?.complete).toEqual([]);
  });

  test('names only boards that the projectors fold under the same definitions', async () => {
    await rebuild.fillLedger(15, 2);
    const [global = COUNT] = DEFAULT_BOARDS;
    await standings.completenessRecord().claim(hashesOf([global]), DEPLOYED_ONLY);
    await rebuild.run();
    expect((await standings.completenessRecord().read())?.complete).toEqual(hashesOf([global]));
  });

  test('makes a rebuild wait until projectors of former definitions have ended', async () => {
    await rebuild.fillLedger(16, 2);
    let nowMs = Date.now();
    await standings.completenessRecord().claim(hashesOf([COUNT]), DEPLOYED_ONLY);
    await standings.completenessRecord().claim(hashesOf(DEFAULT_BOARDS), DEPLOYED_ONLY);
    const settledAt = (await standings.completenessRecord().read())?.settledAt ?? 0;
    expect(settledAt).toBeGreaterThan(nowMs);
    const { err } = await rebuild.run({
      now: () => nowMs,
      sleep: async (ms) => {
        nowMs += ms;
      },
    });
    expect(err.join('')).toContain(`the rebuild begins at ${new Date(settledAt).toISOString()}`);
    expect(nowMs).toBeGreaterThanOrEqual(settledAt);
    expect((await standings.completenessRecord().read())?.complete).toEqual(
      hashesOf(DEFAULT_BOARDS),
    );
  });

  test('keeps a stopped run from continuing when the definitions of the projectors have changed', async () => {
    await rebuild.fillLedger(17, 2);
    const resume = rebuild.file('rebuild.json');
    const stop = new AbortController();
    stop.abort();
    await rebuild.run({ resume, stop });
    await standings.completenessRecord(() => 0).claim(hashesOf([COUNT]), DEPLOYED_ONLY);
    await standings.completenessRecord(() => 0).claim(hashesOf(DEFAULT_BOARDS), DEPLOYED_ONLY);
    await expect(rebuild.run({ resume })).rejects.toThrow(/cannot be continued/);
    expect((await standings.completenessRecord().read())?.complete).toEqual([]);
  });
});
