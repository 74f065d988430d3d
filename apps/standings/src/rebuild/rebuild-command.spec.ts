import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { BoardDefinition } from '@leaderboard/ranking';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { CompletenessRecord, readTableIds } from '../fold/completeness-record.ts';
import {
  startDynamoDbEngine,
  type DynamoDbEngine,
  type Tables,
} from '../testing/dynamodb-engine.ts';
import { expectedStandings, scan, storedStandings } from '../testing/expected-standings.ts';
import { seededRandom } from '../testing/random.ts';
import { COMPLETENESS_SORT_KEY } from '../table/completeness-item.ts';
import { isWrite, RequestLog, sortKeyOf } from '../testing/request-log.ts';
import { eventRecord, randomScore, TestLedger } from '../testing/test-ledger.ts';
import { createProjector, DEFAULT_BOARDS } from '../testing/test-projector.ts';
import { EXIT, runRebuild } from './rebuild-command.ts';

const COUNT: BoardDefinition = {
  id: 'MOVES',
  scope: 'all_games',
  operator: 'count',
  order: 'asc',
  tie_break: 'shared',
  windows: ['all_time', 'monthly'],
  shards: 2,
};

let engine: DynamoDbEngine;
let client: DynamoDBClient;
let tables: Tables;
let ledger: TestLedger;
let folder: string;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
  client = engine.createClient();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  tables = await engine.createTables();
  ledger = new TestLedger(client, tables.ledger);
  folder = await mkdtemp(path.join(tmpdir(), 'rebuild-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

interface RunOptions {
  check?: boolean;
  definitions?: readonly BoardDefinition[];
  resume?: string;
  json?: boolean;
  client?: DynamoDBClient;
  stop?: AbortController;
  now?: () => number;
  sleep?: (ms: number) => Promise<void>;
}

interface RunResult {
  code: number;
  out: string[];
  err: string[];
}

async function run(options: RunOptions = {}): Promise<RunResult> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runRebuild({
    client: options.client ?? engine.createClient(),
    tables: {
      ledger: tables.ledger,
      standings: tables.standings,
      definitions: options.definitions ?? DEFAULT_BOARDS,
      local: undefined,
    },
    isCheck: options.check ?? false,
    segments: 3,
    settleMs: 20,
    resume: options.resume,
    json: options.json ?? false,
    signal: (options.stop ?? new AbortController()).signal,
    run: randomUUID(),
    stdout: { write: (text) => out.push(...text.trimEnd().split('\n')) },
    stderr: { isTTY: false, write: (text: string) => err.push(text) } as never,
    now: options.now ?? Date.now,
    random: Math.random,
    sleep:
      options.sleep ??
      (async (ms) => {
        await delay(ms);
      }),
  });
  return { code, out, err };
}

/** A ledger of several players; what of it reaches the projector is up to the test. */
async function fillLedger(seed: number, players = 6): Promise<void> {
  const random = seededRandom(seed);
  for (let player = 0; player < players; player += 1) {
    const scores = Array.from({ length: 1 + Math.floor(random() * 20) }, () => randomScore(random));
    await ledger.add(`player-${player}`, ...scores);
  }
}

function record(now = Date.now): CompletenessRecord {
  return new CompletenessRecord({ client, tableName: tables.standings, now });
}

const hashesOf = (definitions: readonly BoardDefinition[]) =>
  new BoardCatalog(definitions).hashList;

async function expectFoldOfLedger(definitions = DEFAULT_BOARDS): Promise<void> {
  expect(await storedStandings(client, tables)).toEqual(
    await expectedStandings(client, tables, definitions),
  );
}

describe('rebuild', () => {
  test('gives the standings from nothing, byte for byte', async () => {
    await fillLedger(1);
    const { code, out } = await run();
    expect(code).toBe(EXIT.done);
    expect(out).toEqual([expect.stringMatching(/^6 players, \d+ updates: \d+ items written$/)]);
    await expectFoldOfLedger();
    expect(await run({ check: true })).toMatchObject({ code: EXIT.done });
  });

  test('writes nothing where everything is right', async () => {
    await fillLedger(2);
    await run();
    const watched = engine.createClient();
    const log = new RequestLog(watched);
    await run({ client: watched });
    const writes = log.requests.filter(isWrite).map(sortKeyOf);
    expect(new Set(writes)).toEqual(new Set([COMPLETENESS_SORT_KEY]));
  });

  test('leaves what the projector goes on from: no event is folded twice, no gap arises', async () => {
    await ledger.add('ada', { score: 1 }, { score: 2 });
    await run();
    const projector = createProjector(engine, tables);
    await projector.handle((await ledger.add('ada', { score: 3 })).map(eventRecord));
    expect(projector.observed.refolded).toEqual([]);
    await expectFoldOfLedger();
  });

  test('after a change of definitions gives what they would have given from the start', async () => {
    await fillLedger(3);
    await run();
    const [, game] = DEFAULT_BOARDS;
    const definitions = game
      ? [{ ...game, operator: 'sum', max_score: 1_000 } as const, COUNT]
      : [];
    await run({ definitions });
    await expectFoldOfLedger(definitions);
    await run();
    await expectFoldOfLedger();
  });

  test('removes standings of players and boards that the ledger does not give', async () => {
    await fillLedger(4);
    await run({ definitions: [...DEFAULT_BOARDS, COUNT] });
    const gone = await ledger.add('gone', {}, {});
    await createProjector(engine, tables).handle(gone.map(eventRecord));
    for (const update of gone) await ledger.remove(update);
    const check = await run({ check: true });
    expect(check.code).toBe(EXIT.differences);
    expect(check.out).toContain('gone GLOBAL#all_time: is in the table, but not by the ledger');
    expect(check.out).toContain('player-0 MOVES#all_time: is in the table, but not by the ledger');
    await run();
    await expectFoldOfLedger();
    expect(
      (await scan(client, tables.standings)).map((item) => item['player_id']?.S),
    ).not.toContain('gone');
  });

  test('announces what it changes, for the snapshots', async () => {
    await ledger.add('ada', {});
    await run();
    const partitions = (await scan(client, tables.standings)).map((item) => item['player_id']?.S);
    expect(partitions.filter((partition) => partition?.startsWith('#news#'))).toHaveLength(4);
    expect(partitions.filter((partition) => partition === '#boards')).toHaveLength(2);
  });

  test('a damaged ledger item fails its player alone', async () => {
    await fillLedger(5, 2);
    await client.send(
      new PutItemCommand({
        TableName: tables.ledger,
        Item: { player_id: { S: 'odd' }, timestamp: { N: '1' } },
      }),
    );
    const { code, out, err } = await run();
    expect(code).toBe(EXIT.differences);
    expect(out[0]).toContain('1 players failed');
    expect(err.join('')).toContain('odd: The item "odd 1" has no number in its attribute version');
  });

  test('updates that are missing in the ledger are told', async () => {
    const updates = await ledger.add('ada', {}, {}, {});
    await ledger.remove(updates[1] as (typeof updates)[number]);
    const { out } = await run();
    expect(out[0]).toContain('1 updates missing in the ledger');
    await expectFoldOfLedger();
  });
});

describe('what a rebuild says of the standings', () => {
  test('they hold the whole ledger of these tables, once it is done', async () => {
    await fillLedger(12, 2);
    await run();
    expect(await record().read()).toMatchObject({
      complete: hashesOf(DEFAULT_BOARDS),
      tableIds: await readTableIds(client, tables),
      rebuildRun: '',
    });
  });

  test('nothing of them is complete while it runs, or after it was stopped', async () => {
    await fillLedger(13, 4);
    await run();
    const seen: unknown[] = [];
    const watched = engine.createClient();
    const log = new RequestLog(watched);
    const stop = new AbortController();
    log.plan = async ({ name, input }) => {
      if (name === 'ScanCommand' && input['TableName'] === tables.ledger) {
        seen.push((await record().read())?.complete);
        stop.abort();
      }
      return undefined;
    };
    expect(await run({ client: watched, stop })).toMatchObject({ code: EXIT.stopped });
    expect(seen).toContainEqual([]);
    expect((await record().read())?.complete).toEqual([]);
  });

  test('nothing, with --check or when a player failed', async () => {
    await fillLedger(14, 1);
    await run({ check: true });
    expect(await record().read()).toBeUndefined();
    const odd = { player_id: { S: 'odd' }, timestamp: { N: '1' } };
    await client.send(new PutItemCommand({ TableName: tables.ledger, Item: odd }));
    expect(await run()).toMatchObject({ code: EXIT.differences });
    expect((await record().read())?.complete).toEqual([]);
  });

  test('only boards that the projectors fold as it does are complete', async () => {
    await fillLedger(15, 2);
    const [global = COUNT] = DEFAULT_BOARDS;
    await record().claim(hashesOf([global]));
    await run();
    expect((await record().read())?.complete).toEqual(hashesOf([global]));
  });

  test('it waits until projectors of former definitions have ended', async () => {
    await fillLedger(16, 2);
    let nowMs = Date.now();
    await record().claim(hashesOf([COUNT]));
    await record().claim(hashesOf(DEFAULT_BOARDS));
    const settledAt = (await record().read())?.settledAt ?? 0;
    expect(settledAt).toBeGreaterThan(nowMs);
    const { err } = await run({
      now: () => nowMs,
      sleep: async (ms) => {
        nowMs += ms;
      },
    });
    expect(err.join('')).toContain(`the rebuild begins at ${new Date(settledAt).toISOString()}`);
    expect(nowMs).toBeGreaterThanOrEqual(settledAt);
    expect((await record().read())?.complete).toEqual(hashesOf(DEFAULT_BOARDS));
  });

  test('a stopped run is not continued when the definitions of the projectors changed meanwhile', async () => {
    await fillLedger(17, 2);
    const resume = path.join(folder, 'rebuild.json');
    const stop = new AbortController();
    stop.abort();
    await run({ resume, stop });
    await record(() => 0).claim(hashesOf([COUNT]));
    await record(() => 0).claim(hashesOf(DEFAULT_BOARDS));
    await expect(run({ resume })).rejects.toThrow(/cannot be continued/);
    expect((await record().read())?.complete).toEqual([]);
  });
});

describe('--check', () => {
  test('prints each difference and writes nothing', async () => {
    await ledger.add('ada', { score: 1 }, { score: 2 });
    await ledger.add('bob', { score: 1 });
    await run();
    const key = { player_id: { S: 'ada' }, board_window: { S: 'GLOBAL#all_time' } };
    await client.send(
      new UpdateItemCommand({
        TableName: tables.standings,
        Key: key,
        UpdateExpression: 'SET score = :score',
        ExpressionAttributeValues: { ':score': { N: '4' } },
      }),
    );
    await client.send(
      new DeleteItemCommand({
        TableName: tables.standings,
        Key: { player_id: { S: 'bob' }, board_window: { S: 'game:chess#all_time' } },
      }),
    );
    const before = await scan(client, tables.standings);
    const { code, out } = await run({ check: true });
    expect(code).toBe(EXIT.differences);
    expect(out.slice(0, -1).toSorted()).toEqual([
      'ada GLOBAL#all_time: score is 4 in the table, 3 by the ledger',
      'bob game:chess#all_time: is missing in the table',
    ]);
    expect(await scan(client, tables.standings)).toEqual(before);

    const { out: lines } = await run({ check: true, json: true });
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
    await run();
    await expectFoldOfLedger();
  });

  test('an update that is on its way is no difference', async () => {
    await ledger.add('ada', { score: 1 });
    await run();
    const late = (await ledger.add('ada', { score: 2 })).map(eventRecord);
    const watched = engine.createClient();
    const log = new RequestLog(watched);
    const projector = createProjector(engine, tables);
    let reads = 0;
    log.plan = async ({ name, input }) => {
      const isPlayerRead = name === 'QueryCommand' && input['TableName'] === tables.standings;
      // The event arrives after the first comparison, and before the second.
      if (isPlayerRead && ++reads === 2) await projector.handle(late);
      return undefined;
    };
    expect(await run({ check: true, client: watched })).toMatchObject({ code: EXIT.done });
    expect(reads).toBe(2);
  });

  test('a projector that is behind for good is a difference', async () => {
    await ledger.add('ada', { score: 1 });
    await run();
    await ledger.add('ada', { score: 2, game_id: 'go' });
    const { code, out } = await run({ check: true });
    expect(code).toBe(EXIT.differences);
    expect(out).toContain('ada #applied: version is 1 in the table, 2 by the ledger');
  });
});

test('live updates and a rebuild at once: neither wins with older state', async () => {
  const random = seededRandom(7);
  await fillLedger(6, 3);
  const projector = createProjector(engine, tables);
  const watched = engine.createClient();
  const log = new RequestLog(watched);
  // Before every other request of the rebuild an update arrives and is projected, or is only written to the ledger.
  let requests = 0;
  log.plan = async () => {
    requests += 1;
    if (requests % 2 === 0 && requests < 120) {
      const update = await ledger.add(`player-${requests % 3}`, randomScore(random));
      if (random() < 0.7) await projector.handle(update.map(eventRecord));
    }
    return undefined;
  };
  const { code } = await run({ client: watched });
  expect(code).toBe(EXIT.done);
  for (let player = 0; player < 3; player += 1) {
    await projector.handle((await ledger.add(`player-${player}`, { score: 1 })).map(eventRecord));
  }
  await expectFoldOfLedger();
});

test('an update that is projected after the scan and before its player is compared stays', async () => {
  await ledger.add('ada', { score: 1 });
  await run();
  const projector = createProjector(engine, tables);
  const watched = engine.createClient();
  const log = new RequestLog(watched);
  log.plan = async ({ name, input }) => {
    const isPlayerRead = name === 'QueryCommand' && JSON.stringify(input).includes('"ada"');
    if (isPlayerRead && input['TableName'] === tables.standings) {
      log.plan = () => undefined;
      await projector.handle((await ledger.add('ada', { score: 2 })).map(eventRecord));
    }
    return undefined;
  };
  expect(await run({ client: watched })).toMatchObject({ code: EXIT.done });
  await expectFoldOfLedger();
});

test('rebuilds under two definitions at once: the standings are wholly those of the last one', async () => {
  await ledger.add('ada', { score: 1 }, { score: 3 }, { score: 2 });
  await run();
  const [global, perGame] = DEFAULT_BOARDS as [BoardDefinition, BoardDefinition];
  const ofFirst: BoardDefinition[] = [global, { ...perGame, operator: 'last' }];
  const ofLast: BoardDefinition[] = [{ ...global, order: 'asc' }, perGame];
  const watched = engine.createClient();
  const log = new RequestLog(watched);
  log.plan = async (request) => {
    if (!isWrite(request) || sortKeyOf(request) === COMPLETENESS_SORT_KEY) return undefined;
    log.plan = () => undefined;
    // At the same version: only the hashes tell that something else is in the table than what was read.
    expect(await run({ definitions: ofFirst })).toMatchObject({ code: EXIT.done });
    return undefined;
  };
  const { code, err } = await run({ definitions: ofLast, client: watched });
  expect(code).toBe(EXIT.differences);
  expect(err.join('')).toContain('another rebuild has begun');
  expect((await record().read())?.complete).toEqual([]);
  await expectFoldOfLedger(ofLast);
});

describe('--resume', () => {
  test('a run that is stopped goes on where it was, and the file is gone at the end', async () => {
    await fillLedger(8, 12);
    const resume = path.join(folder, 'rebuild.json');
    let stops = 0;
    for (;;) {
      const stop = new AbortController();
      const watched = engine.createClient();
      const log = new RequestLog(watched);
      let writes = 0;
      log.plan = (request) => {
        if (isWrite(request) && ++writes === 30) stop.abort();
        return undefined;
      };
      const { code, out } = await run({ resume, stop, client: watched });
      if (code === EXIT.done) break;
      expect(code).toBe(EXIT.stopped);
      expect(out[1]).toBe(`Stopped. The same command goes on from ${resume}.`);
      stops += 1;
    }
    expect(stops).toBeGreaterThan(1);
    await expectFoldOfLedger();
    await expect(readFile(resume)).rejects.toThrow('ENOENT');
  });

  test('players that are done are not read again', async () => {
    await fillLedger(9, 12);
    const resume = path.join(folder, 'rebuild.json');
    const stop = new AbortController();
    const first = engine.createClient();
    const firstLog = new RequestLog(first);
    firstLog.plan = (request) => {
      if (isWrite(request) && firstLog.requests.filter(isWrite).length === 60) stop.abort();
      return undefined;
    };
    await run({ resume, stop, client: first });
    const saved = JSON.parse(await readFile(resume, 'utf8')) as { counts: { players: number } };
    expect(saved.counts.players).toBeGreaterThan(0);
    const { out } = await run({ resume, json: true });
    const result = JSON.parse(out.at(-1) ?? '') as { updates: number };
    expect(result.updates).toBe((await scan(client, tables.ledger)).length);
    await expectFoldOfLedger();
  });

  test('the file of another run is refused', async () => {
    const resume = path.join(folder, 'rebuild.json');
    const stop = new AbortController();
    stop.abort();
    await fillLedger(10, 1);
    await run({ resume, stop });
    await expect(run({ resume, check: true })).rejects.toThrow(
      /is of another run: its mode is "write", this one's "check"/,
    );
    await writeFile(resume, 'hello');
    await expect(run({ resume })).rejects.toThrow(/is not a file of rebuild progress/);
  });

  test('a file that cannot be written is told before anything is read or written', async () => {
    await fillLedger(11, 1);
    const watched = engine.createClient();
    const log = new RequestLog(watched);
    const resume = path.join(folder, 'nowhere', 'rebuild.json');
    await expect(run({ resume, client: watched })).rejects.toThrow(
      /cannot be kept in .*rebuild\.json.*Name a file with --resume in a folder that exists/,
    );
    expect(log.requests).toEqual([]);
  });
});
