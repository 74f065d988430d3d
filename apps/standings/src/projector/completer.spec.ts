import { describe, expect, test } from '@jest/globals';
import { documentClient } from '@leaderboard/tables';
import { LedgerReader } from '../storage/ledger-reader.ts';
import { eventRecord } from '../testing/test-ledger.ts';
import { DEFAULT_BOARDS, hashesOf } from '../testing/test-projector.ts';
import { attempt, useCompleters } from '../testing/use-completers.ts';

const MINUTE_MS = 60_000;

const completers = useCompleters();
const { standings } = completers;

describe('a new stack', () => {
  test('is complete after its first batch, players that were not projected yet included', async () => {
    await standings.ledger.add('ada', { score: 1 }, { score: 2 });
    await standings.ledger.add('bob', { score: 3 });
    const completer = await completers.start();
    expect(await completers.complete()).toEqual([]);
    await attempt(completer);
    expect(await completers.record.read()).toMatchObject({
      complete: hashesOf(DEFAULT_BOARDS),
      tableIds: await standings.tableIds(),
    });
    await standings.expectFoldOfLedger();
  });

  test('is complete with standings that the projector has folded before', async () => {
    const updates = await standings.ledger.add('ada', { score: 1 });
    const completer = await completers.start();
    await standings.createProjector().handle(updates.map(eventRecord));
    await attempt(completer);
    expect(await completers.complete()).toEqual(hashesOf(DEFAULT_BOARDS));
    await standings.expectFoldOfLedger();
  });

  test('is compared once: afterwards only the record, for the boards and for itself, and the ids are read, once a minute', async () => {
    await standings.ledger.add('ada', {});
    const { client, log } = standings.watch();
    const completer = await completers.start({ client });
    await attempt(completer);
    log.clear();
    completers.clock += MINUTE_MS - 1;
    await attempt(completer);
    expect(log.counts()).toEqual({});
    completers.clock += 1;
    await attempt(completer);
    await attempt(completer);
    expect(log.counts()).toEqual({ Query: 2, DescribeTable: 3 });
  });

  test('with more than a page of ledger is left to the rebuild, and the ledger is not read again', async () => {
    let reads = 0;
    class LargeLedger extends LedgerReader {
      override onlyPage(): Promise<undefined> {
        reads += 1;
        return Promise.resolve(undefined);
      }
    }
    const client = documentClient(standings.client);
    const ledger = new LargeLedger({ client, tableName: standings.tables.ledger });
    const completer = await completers.start({ ledger });
    await attempt(completer);
    completers.clock += 60 * MINUTE_MS;
    await attempt(completer);
    expect([reads, completers.obstacles, await completers.complete()]).toEqual([
      1,
      ['a rebuild is due'],
      [],
    ]);
  });

  test('with many players is left to the rebuild', async () => {
    for (let player = 0; player < 501; player += 1)
      await standings.ledger.add(`player-${player}`, {});
    await attempt(await completers.start());
    expect([completers.obstacles, await completers.complete()]).toEqual([['a rebuild is due'], []]);
    expect(await standings.stored()).toEqual([]);
  });

  test('is not complete while a player cannot be written, and is complete a minute later', async () => {
    await standings.ledger.add('ada', {});
    const { client, log } = standings.watch();
    const completer = await completers.start({ client });
    log.plan = ({ name }) =>
      name === 'PutItemCommand' ? { when: 'before', error: new Error('throttled') } : undefined;
    await attempt(completer);
    expect([completers.failures.length, await completers.complete()]).toEqual([1, []]);
    log.plan = () => undefined;
    completers.clock += MINUTE_MS;
    await attempt(completer);
    expect(await completers.complete()).toEqual(hashesOf(DEFAULT_BOARDS));
  });

  test('with a damaged item is compared every minute, and reported once', async () => {
    const [update] = await standings.ledger.add('ada', {});
    if (!update) throw new Error('one update');
    await standings.ledger.damage(update);
    const { client, log } = standings.watch();
    const completer = await completers.start({ client });
    log.clear();
    for (const waitMs of [0, 5_000, MINUTE_MS - 5_000]) {
      completers.clock += waitMs;
      await attempt(completer);
    }
    expect(log.counts()['Scan']).toBe(2);
    expect([completers.obstacles, await completers.complete()]).toEqual([
      ['players could not be compared'],
      [],
    ]);
  });

  test('does not throw when an attempt fails', async () => {
    const { client, log } = standings.watch();
    const completer = await completers.start({ client });
    log.plan = () => ({ when: 'before', error: new Error('no permission') });
    await attempt(completer);
    expect(completers.failures).toEqual([expect.objectContaining({ message: 'no permission' })]);
  });

  test('leaves the rest to the next attempt when the time is over', async () => {
    await standings.ledger.add('ada', {});
    const completer = await completers.start();
    await completer.tryToComplete(AbortSignal.abort());
    expect(await completers.complete()).toEqual([]);
    completers.clock += 5_000;
    await attempt(completer);
    expect(await completers.complete()).toEqual(hashesOf(DEFAULT_BOARDS));
  });
});

test.each(['QueryCommand', 'DescribeTableCommand', 'ScanCommand'])(
  'an attempt whose time is over ends immediately, also during a %s',
  async (name) => {
    await standings.ledger.add('ada', {});
    const { client, log } = standings.watch();
    const completer = await completers.start({ client });
    const time = new AbortController();
    log.plan = (request) => {
      if (request.name === name) time.abort();
      return undefined;
    };
    await completer.tryToComplete(time.signal);
    expect(completers.failures).toEqual([expect.objectContaining({ name: 'AbortError' })]);
    expect(log.requests.at(-1)?.name).toBe(name);
  },
);

test('standings of a release without the record are compared once its projectors have ended', async () => {
  const updates = await standings.ledger.add('ada', {});
  await standings.createProjector().handle(updates.map(eventRecord));
  const completer = await completers.start();
  await attempt(completer);
  expect(await completers.complete()).toEqual([]);
  completers.clock += 2 * MINUTE_MS;
  await attempt(completer);
  expect(await completers.complete()).toEqual(hashesOf(DEFAULT_BOARDS));
});
