import { describe, expect, test } from '@jest/globals';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { COMPLETENESS_SORT_KEY, fromAttributes, standingsIn } from '@leaderboard/tables';
import { isWrite, keyOf } from '../testing/request-log.ts';
import { eventRecord } from '../testing/test-ledger.ts';
import { DEFAULT_BOARDS } from '../testing/test-projector.ts';
import { COUNT, useRebuild } from '../testing/use-rebuild.ts';
import { EXIT } from './rebuild-command.ts';

const rebuild = useRebuild();
const { standings } = rebuild;

describe('rebuild', () => {
  test('writes the standings into an empty table, byte for byte', async () => {
    await rebuild.fillLedger(1);
    const { code, out } = await rebuild.run();
    expect(code).toBe(EXIT.done);
    expect(out).toEqual([expect.stringMatching(/^6 players, \d+ updates: \d+ items written$/)]);
    await standings.expectFoldOfLedger();
    expect(await rebuild.run({ check: true })).toMatchObject({ code: EXIT.done });
  });

  test('writes nothing where table and ledger agree', async () => {
    await rebuild.fillLedger(2);
    await rebuild.run();
    const { client, log } = standings.watch();
    await rebuild.run({ client });
    const writes = log.requests.filter(isWrite).map((request) => keyOf(request).board_window);
    expect(new Set(writes)).toEqual(new Set([COMPLETENESS_SORT_KEY]));
  });

  test('leaves standings that the projector continues from: no event is folded twice, no gap arises', async () => {
    await standings.ledger.add('ada', { score: 1 }, { score: 2 });
    await rebuild.run();
    const projector = standings.createProjector();
    await projector.handle((await standings.ledger.add('ada', { score: 3 })).map(eventRecord));
    expect(projector.observed.refolded).toEqual([]);
    await standings.expectFoldOfLedger();
  });

  test('after a change of definitions gives what these give from the start', async () => {
    await rebuild.fillLedger(3);
    await rebuild.run();
    const [, game] = DEFAULT_BOARDS;
    const definitions = game
      ? [{ ...game, operator: 'sum', max_score: 1_000 } as const, COUNT]
      : [];
    await rebuild.run({ definitions });
    await standings.expectFoldOfLedger(definitions);
    await rebuild.run();
    await standings.expectFoldOfLedger();
  });

  test('removes standings of players and boards that the ledger does not have', async () => {
    await rebuild.fillLedger(4);
    await rebuild.run({ definitions: [...DEFAULT_BOARDS, COUNT] });
    const gone = await standings.ledger.add('gone', {}, {});
    await standings.createProjector().handle(gone.map(eventRecord));
    for (const update of gone) await standings.ledger.remove(update);
    const check = await rebuild.run({ check: true });
    expect(check.code).toBe(EXIT.differences);
    expect(check.out).toContain(
      'gone GLOBAL#all_time: is in the table, but not in the fold of the ledger',
    );
    expect(check.out).toContain(
      'player-0 MOVES#all_time: is in the table, but not in the fold of the ledger',
    );
    await rebuild.run();
    await standings.expectFoldOfLedger();
    const rows = (await standings.items()).flatMap((item) => standingsIn(fromAttributes(item)));
    expect(rows.map(({ player_id }) => player_id)).not.toContain('gone');
  });

  test('records what it changes, for the snapshots', async () => {
    await standings.ledger.add('ada', {});
    await rebuild.run();
    const partitions = (await standings.items()).map((item) => item['player_id']?.S);
    expect(partitions.filter((partition) => partition?.startsWith('#news#'))).toHaveLength(1);
    expect(partitions.filter((partition) => partition === '#boards')).toHaveLength(2);
  });

  test('fails only the player of a damaged ledger item', async () => {
    await rebuild.fillLedger(5, 2);
    await standings.client.send(
      new PutItemCommand({
        TableName: standings.tables.ledger,
        Item: { player_id: { S: 'odd' }, timestamp: { N: '1' } },
      }),
    );
    const { code, out, err } = await rebuild.run();
    expect(code).toBe(EXIT.differences);
    expect(out[0]).toContain('1 players failed');
    expect(err.join('')).toContain(
      'odd: The item player_id "odd", timestamp 1 of the table leaderboard-data has no number in its attribute version',
    );
  });

  test('reports updates that are missing in the ledger', async () => {
    const updates = await standings.ledger.add('ada', {}, {}, {});
    await standings.ledger.remove(updates[1] as (typeof updates)[number]);
    const { out } = await rebuild.run();
    expect(out[0]).toContain('1 updates missing in the ledger');
    await standings.expectFoldOfLedger();
  });
});

test('refuses standings and ranks that do not belong together', async () => {
  await standings.ledger.add('ada', {});
  await rebuild.run();
  const message = 'one of them was replaced without the other';
  await standings.replace('ranks');
  await expect(rebuild.run()).rejects.toThrow(message);
  await standings.replace('standings');
  expect(await rebuild.run()).toMatchObject({ code: EXIT.done });
  await standings.expectFoldOfLedger();
  await standings.replace('standings');
  await expect(rebuild.run()).rejects.toThrow(message);
});

describe('--check', () => {
  test('prints each difference and writes nothing', async () => {
    await standings.ledger.add('ada', { score: 1 }, { score: 2 });
    await standings.ledger.add('bob', { score: 1 });
    await rebuild.run();
    await standings.damage('ada', (rows) => {
      const row = rows.get('GLOBAL#all_time');
      if (row) rows.set('GLOBAL#all_time', { ...row, score: '4' });
    });
    await standings.damage('bob', (rows) => rows.delete('game:chess#all_time'));
    const before = await standings.items();
    const { code, out } = await rebuild.run({ check: true });
    expect(code).toBe(EXIT.differences);
    expect(out.slice(0, -1).toSorted()).toEqual([
      'ada GLOBAL#all_time: score is 4 in the table, 3 in the fold of the ledger',
      'bob game:chess#all_time: is missing in the table',
    ]);
    expect(await standings.items()).toEqual(before);

    const { out: lines } = await rebuild.run({ check: true, json: true });
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual(
      expect.arrayContaining([
        {
          type: 'difference',
          player_id: 'ada',
          board_window: 'GLOBAL#all_time',
          kind: 'different',
          fields: { score: { table: '4', ledger: '3' } },
        },
        expect.objectContaining({ type: 'result', complete: true, differences: 2, players: 2 }),
      ]),
    );
    await rebuild.run();
    // The ranks were not damaged: they are those of before.
    expect(await standings.stored()).toEqual(await standings.expected());
  });

  test('does not report an update that is still in the queue', async () => {
    await standings.ledger.add('ada', { score: 1 });
    await rebuild.run();
    const late = (await standings.ledger.add('ada', { score: 2 })).map(eventRecord);
    const { client, log } = standings.watch();
    const projector = standings.createProjector();
    let reads = 0;
    log.plan = async ({ name, input }) => {
      const isPlayerRead =
        name === 'QueryCommand' && input['TableName'] === standings.tables.standings;
      // The event arrives after the first comparison, and before the second.
      if (isPlayerRead && ++reads === 3) await projector.handle(late);
      return undefined;
    };
    expect(await rebuild.run({ check: true, client })).toMatchObject({ code: EXIT.done });
    // A player that was written just now is read twice.
    expect(reads).toBe(4);
  });

  test('reports a projector that stays behind', async () => {
    await standings.ledger.add('ada', { score: 1 });
    await rebuild.run();
    await standings.ledger.add('ada', { score: 2, game_id: 'go' });
    const { code, out } = await rebuild.run({ check: true });
    expect(code).toBe(EXIT.differences);
    expect(out).toContain('ada #player: version is 1 in the table, 2 in the fold of the ledger');
  });
});
