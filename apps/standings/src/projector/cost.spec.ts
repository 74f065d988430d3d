import { describe, expect, test } from '@jest/globals';
import { isWrite, type LoggedRequest } from '../testing/request-log.ts';
import { eventRecord, type Score } from '../testing/test-ledger.ts';
import { useStandings } from '../testing/use-standings.ts';

const MAX_ITEM_BYTES = 1_024;

const standings = useStandings();

/** Units of one more update of a player who has standings, on boards that are registered. */
async function unitsOf(score: Score): Promise<number> {
  const updates = await standings.ledger.add('ada', { score: 10 });
  await standings.projector.handle(updates.map(eventRecord));
  standings.projector.log.clear();
  await standings.projector.handle((await standings.ledger.add('ada', score)).map(eventRecord));
  return standings.projector.log.units(isWrite).table;
}

describe('units of one update on the default boards (GLOBAL sum, game best; all_time, weekly)', () => {
  // In a transaction each item costs two units; the log items cost one more when they are deleted.
  test('the player and a log item for each of two boards', async () => {
    expect(await unitsOf({ score: 11 })).toBe(6);
  });

  test('the same for an update that is no new best: the number of updates changes', async () => {
    expect(await unitsOf({ score: 9 })).toBe(6);
  });

  test('ten players of one game in one batch share the log items', async () => {
    const batch = async (score: number) => {
      const records = [];
      for (let player = 0; player < 10; player += 1) {
        records.push(
          ...(await standings.ledger.add(`player-${player}`, { score })).map(eventRecord),
        );
      }
      standings.projector.log.clear();
      expect(await standings.projector.handle(records)).toEqual([]);
      return standings.projector.log.units(isWrite).table;
    };
    await batch(1);
    // Ten players, and two log items below 1 KB.
    expect(await batch(2)).toBe(10 * 2 + 2 * 2);
  });

  test('ten updates of one player in one batch cost as much as one', async () => {
    await unitsOf({ score: 11 });
    standings.projector.log.clear();
    const scores = Array.from({ length: 10 }, (_, index) => ({ score: 20 + index }));
    await standings.projector.handle(
      (await standings.ledger.add('ada', ...scores)).map(eventRecord),
    );
    expect(standings.projector.log.units(isWrite)).toEqual({ table: 6, index: 0 });
  });

  test('one read unit: the player', async () => {
    await unitsOf({ score: 11 });
    const isRead = (request: LoggedRequest) => !isWrite(request);
    expect(standings.projector.log.units(isRead)).toEqual({ table: 1, index: 0 });
  });
});

test('an item with the longest ids stays below 1 KB', async () => {
  const player = 'p'.repeat(128);
  const updates = await standings.ledger.add(player, {
    game_id: 'g'.repeat(64),
    score: -999_999_999.999999,
  });
  await standings.projector.handle(updates.map(eventRecord));
  const sizes = (await standings.items()).map((item) =>
    Object.entries(item).reduce(
      (bytes, [name, { S = '', N = '' }]) => bytes + name.length + S.length + N.length,
      0,
    ),
  );
  expect(Math.max(...sizes)).toBeLessThan(MAX_ITEM_BYTES);
});

test('a player with 5,000 updates is refolded once after a gap, and no later event reads the history', async () => {
  const scores = Array.from({ length: 5_000 }, (_, index) => ({ score: index % 97 }));
  const history = await standings.ledger.add('ada', ...scores);
  await standings.projector.handle(history.slice(0, 1).map(eventRecord));
  standings.projector.log.clear();

  await standings.projector.handle(history.slice(-1).map(eventRecord));
  expect(standings.projector.observed.refolded).toEqual([['ada', 'gap', 4_999]]);
  const refold = standings.projector.log.requests.filter(
    ({ name, input }) => name === 'QueryCommand' && input['TableName'] === standings.tables.ledger,
  );
  // Pages of 1 MB.
  expect(refold.length).toBeLessThanOrEqual(4);

  for (const score of [1, 2, 3]) {
    const next = await standings.ledger.add('ada', { score });
    standings.projector.log.clear();
    await standings.projector.handle(next.map(eventRecord));
    expect(standings.projector.log.counts()).toMatchObject({ BatchGetItem: 1 });
    expect(standings.projector.log.counts()).not.toHaveProperty('Query');
  }

  const [, ...late] = await standings.ledger.add('ada', { score: 4 }, { score: 5 }, { score: 6 });
  standings.projector.log.clear();
  await standings.projector.handle(late.map(eventRecord));
  expect(standings.projector.observed.refolded.at(-1)).toEqual(['ada', 'gap', 3]);
  const ledgerUnits = standings.projector.log.units(
    ({ name, input }) => name === 'QueryCommand' && input['TableName'] === standings.tables.ledger,
  );
  // After the last update that is folded in, and not from the start.
  expect(ledgerUnits).toEqual({ table: 1, index: 0 });
  await standings.expectFoldOfLedger();
});
