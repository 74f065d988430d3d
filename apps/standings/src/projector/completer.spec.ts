import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BoardDefinition } from '@leaderboard/ranking';
import { Announcer } from '../fold/announcer.ts';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { CompletenessRecord, readTableIds } from '../fold/completeness-record.ts';
import { DynamoDbStandingsStore } from '../fold/dynamodb-standings-store.ts';
import { DynamoDbLedgerReader } from '../fold/ledger-reader.ts';
import {
  startDynamoDbEngine,
  type DynamoDbEngine,
  type Tables,
} from '../testing/dynamodb-engine.ts';
import { expectedStandings, storedStandings } from '../testing/expected-standings.ts';
import { RequestLog } from '../testing/request-log.ts';
import { eventRecord, START_MS, TestLedger } from '../testing/test-ledger.ts';
import { createProjector, DEFAULT_BOARDS } from '../testing/test-projector.ts';
import { Completer } from './completer.ts';
import { DynamoDbLedgerPage, type LedgerPage } from './ledger-page.ts';

const MINUTE_MS = 60_000;

let engine: DynamoDbEngine;
let client: DynamoDBClient;
let tables: Tables;
let ledger: TestLedger;
let nowMs: number;
let obstacles: string[];
let failures: unknown[];

beforeAll(async () => {
  engine = await startDynamoDbEngine();
  client = engine.createClient();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  tables = await engine.createTables();
  ledger = new TestLedger(client, tables.ledger);
  nowMs = START_MS + MINUTE_MS;
  obstacles = [];
  failures = [];
});

const now = () => nowMs;
const record = () => new CompletenessRecord({ client, tableName: tables.standings, now });
const hashesOf = (definitions: readonly BoardDefinition[]) =>
  new BoardCatalog(definitions).hashList;

interface CompleterChanges {
  definitions?: readonly BoardDefinition[];
  ledgerPage?: LedgerPage;
  client?: DynamoDBClient;
}

/** A process of the projector that has claimed its definitions. */
async function started(changes: CompleterChanges = {}): Promise<Completer> {
  const { definitions = DEFAULT_BOARDS, client: own = client } = changes;
  const sleep = () => Promise.resolve();
  const tableName = tables.standings;
  const completer = new Completer({
    record: new CompletenessRecord({ client: own, tableName, now }),
    ledgerPage:
      changes.ledgerPage ?? new DynamoDbLedgerPage({ client: own, tableName: tables.ledger }),
    tableIds: (signal) => readTableIds(own, tables, signal),
    catalog: new BoardCatalog(definitions),
    store: new DynamoDbStandingsStore({
      client: own,
      tableName,
      sleep,
      announcer: new Announcer({ client: own, tableName, now }),
    }),
    ledger: new DynamoDbLedgerReader({ client: own, tableName: tables.ledger }),
    observer: {
      standingsIncomplete: (reason) => obstacles.push(reason),
      completenessFailed: (error) => failures.push(error),
    },
    now,
    random: () => 0,
    sleep,
  });
  await completer.claim();
  return completer;
}

const attempt = (completer: Completer) => completer.tryToComplete(new AbortController().signal);

async function complete(): Promise<readonly string[] | undefined> {
  return (await record().read())?.complete;
}

async function expectFoldOfLedger(definitions = DEFAULT_BOARDS): Promise<void> {
  expect(await storedStandings(client, tables)).toEqual(
    await expectedStandings(client, tables, definitions),
  );
}

describe('a new stack', () => {
  test('is complete after its first batch, with the players that were not projected yet', async () => {
    await ledger.add('ada', { score: 1 }, { score: 2 });
    await ledger.add('bob', { score: 3 });
    const completer = await started();
    expect(await complete()).toEqual([]);
    await attempt(completer);
    expect(await record().read()).toMatchObject({
      complete: hashesOf(DEFAULT_BOARDS),
      tableIds: await readTableIds(client, tables),
    });
    await expectFoldOfLedger();
  });

  test('is complete with what the projector has folded before', async () => {
    const updates = await ledger.add('ada', { score: 1 });
    const completer = await started();
    await createProjector(engine, tables).handle(updates.map(eventRecord));
    await attempt(completer);
    expect(await complete()).toEqual(hashesOf(DEFAULT_BOARDS));
    await expectFoldOfLedger();
  });

  test('is looked at once: when it is complete, only the record and the ids are read, once a minute', async () => {
    await ledger.add('ada', {});
    const watched = engine.createClient();
    const log = new RequestLog(watched);
    const completer = await started({ client: watched });
    await attempt(completer);
    log.clear();
    nowMs += MINUTE_MS - 1;
    await attempt(completer);
    expect(log.counts()).toEqual({});
    nowMs += 1;
    await attempt(completer);
    await attempt(completer);
    expect(log.counts()).toEqual({ Query: 1, DescribeTable: 2 });
  });

  test('with more than a page of ledger is left to the rebuild, and the ledger is not read again', async () => {
    let reads = 0;
    const ledgerPage = { read: async () => ((reads += 1), undefined) };
    const completer = await started({ ledgerPage });
    await attempt(completer);
    nowMs += 60 * MINUTE_MS;
    await attempt(completer);
    expect([reads, obstacles, await complete()]).toEqual([1, ['a rebuild is due'], []]);
  });

  test('with many players is left to the rebuild', async () => {
    for (let player = 0; player < 501; player += 1) await ledger.add(`player-${player}`, {});
    await attempt(await started());
    expect([obstacles, await complete()]).toEqual([['a rebuild is due'], []]);
    expect(await storedStandings(client, tables)).toEqual([]);
  });

  test('is not complete while a player cannot be folded, and a minute later it is', async () => {
    await ledger.add('ada', {});
    const watched = engine.createClient();
    const log = new RequestLog(watched);
    const completer = await started({ client: watched });
    log.plan = ({ name }) =>
      name === 'PutItemCommand' ? { when: 'before', error: new Error('throttled') } : undefined;
    await attempt(completer);
    expect([failures.length, await complete()]).toEqual([1, []]);
    log.plan = () => undefined;
    nowMs += MINUTE_MS;
    await attempt(completer);
    expect(await complete()).toEqual(hashesOf(DEFAULT_BOARDS));
  });

  test('with a damaged item is looked at every minute, and says once that a player could not be compared', async () => {
    const [update] = await ledger.add('ada', {});
    if (!update) throw new Error('one update');
    await ledger.damage(update);
    const watched = engine.createClient();
    const log = new RequestLog(watched);
    const completer = await started({ client: watched });
    log.clear();
    for (const waitMs of [0, 5_000, MINUTE_MS - 5_000]) {
      nowMs += waitMs;
      await attempt(completer);
    }
    expect(log.counts()['Scan']).toBe(2);
    expect([obstacles, await complete()]).toEqual([['players could not be compared'], []]);
  });

  test('an attempt that fails throws nothing', async () => {
    const watched = engine.createClient();
    const completer = await started({ client: watched });
    new RequestLog(watched).plan = () => ({ when: 'before', error: new Error('no permission') });
    await attempt(completer);
    expect(failures).toEqual([expect.objectContaining({ message: 'no permission' })]);
  });

  test('an attempt that runs out of time leaves the rest to the next one', async () => {
    await ledger.add('ada', {});
    const completer = await started();
    await completer.tryToComplete(AbortSignal.abort());
    expect(await complete()).toEqual([]);
    nowMs += 5_000;
    await attempt(completer);
    expect(await complete()).toEqual(hashesOf(DEFAULT_BOARDS));
  });
});

test.each(['QueryCommand', 'DescribeTableCommand', 'ScanCommand'])(
  'an attempt whose time is over ends at once, also during a %s',
  async (name) => {
    await ledger.add('ada', {});
    const watched = engine.createClient();
    const log = new RequestLog(watched);
    const completer = await started({ client: watched });
    const time = new AbortController();
    log.plan = (request) => {
      if (request.name === name) time.abort();
      return undefined;
    };
    await completer.tryToComplete(time.signal);
    expect(failures).toEqual([expect.objectContaining({ name: 'AbortError' })]);
    expect(log.requests.at(-1)?.name).toBe(name);
  },
);

test('standings of a version that kept no record are compared once its projectors have ended', async () => {
  const updates = await ledger.add('ada', {});
  await createProjector(engine, tables).handle(updates.map(eventRecord));
  const completer = await started();
  await attempt(completer);
  expect(await complete()).toEqual([]);
  nowMs += 2 * MINUTE_MS;
  await attempt(completer);
  expect(await complete()).toEqual(hashesOf(DEFAULT_BOARDS));
});

describe('other definitions', () => {
  const [global, perGame] = DEFAULT_BOARDS as [BoardDefinition, BoardDefinition];
  const changed = [global, { ...perGame, operator: 'sum' as const }];

  test('leave complete what they have in common, from before the first write on', async () => {
    await ledger.add('ada', {});
    await attempt(await started());
    const completer = await started({ definitions: changed });
    expect(await complete()).toEqual(hashesOf([global]));
    await attempt(completer);
    expect(await complete()).toEqual(hashesOf([global]));
  });

  test('are complete once no former projector can write any more, when the ledger is small', async () => {
    await ledger.add('ada', {}, {});
    await attempt(await started());
    const completer = await started({ definitions: changed });
    await attempt(completer);
    nowMs += 2 * MINUTE_MS;
    await attempt(completer);
    expect(await complete()).toEqual(hashesOf(changed));
    await expectFoldOfLedger(changed);
  });

  test('are not made complete by a process with the former ones', async () => {
    await ledger.add('ada', {});
    const former = await started();
    await started({ definitions: changed });
    await attempt(former);
    expect([obstacles, await complete()]).toEqual([['definitions changed'], []]);
  });

  test('that come while the players are compared win', async () => {
    await ledger.add('ada', {});
    const watched = engine.createClient();
    const log = new RequestLog(watched);
    const former = await started({ client: watched });
    log.plan = async ({ name }) => {
      if (name === 'ScanCommand') await started({ definitions: changed });
      return undefined;
    };
    await attempt(former);
    expect(await record().read()).toMatchObject({ projected: hashesOf(changed), complete: [] });
  });
});

test('a projector that cannot say under which definitions it folds writes nothing, and tries again soon', async () => {
  const claim = () => Promise.reject(new Error('throttled'));
  const projector = createProjector(engine, tables, { claim });
  const records = (await ledger.add('ada', {})).map(eventRecord);
  expect(await projector.project(records)).toMatchObject([{ records, pauseSeconds: 2 }]);
  expect(await storedStandings(client, tables)).toEqual([]);
});

describe('what is left to a rebuild', () => {
  test('a rebuild that is under way', async () => {
    await ledger.add('ada', {});
    const completer = await started();
    await record().beginRebuild('run', hashesOf(DEFAULT_BOARDS));
    await attempt(completer);
    expect([obstacles, await complete()]).toEqual([['a rebuild is under way, or was stopped'], []]);
    await record().endRebuild('run', hashesOf(DEFAULT_BOARDS), await readTableIds(client, tables));
    nowMs += MINUTE_MS;
    await attempt(completer);
    expect(await complete()).toEqual(hashesOf(DEFAULT_BOARDS));
  });

  test('a rebuild that began after all was complete, said once by a process that is running', async () => {
    await ledger.add('ada', {});
    const completer = await started();
    await attempt(completer);
    await record().beginRebuild('run', hashesOf(DEFAULT_BOARDS));
    for (let minute = 0; minute < 2; minute += 1) {
      nowMs += MINUTE_MS;
      await attempt(completer);
    }
    expect(obstacles).toEqual(['a rebuild is under way, or was stopped']);
  });

  test('a ledger that was restored or created again under standings that it may not explain', async () => {
    await ledger.add('ada', {});
    await attempt(await started());
    const before = await record().read();
    await client.send(new DeleteTableCommand({ TableName: tables.ledger }));
    await engine.createLedger(tables.ledger);
    await attempt(await started());
    expect(obstacles).toEqual(['a rebuild is due']);
    expect(await record().read()).toEqual(before);
  });
});
