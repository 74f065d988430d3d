import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Bundle, checkBundle } from '@leaderboard/testing/bundles';
import { eventRecord, invalidRecord, toSqsRecord } from './testing/test-ledger.ts';
import { TestStandings } from './testing/use-standings.ts';

/** Bytes of a minified bundle. Every cold start reads and compiles it. Measured: 595 kB, 588 kB and 584 kB. */
const SIZE_BUDGET = 640_000;

/** No process listens on the discard port: SQS refuses everything. */
const UNREACHABLE = 'http://127.0.0.1:9';

const projector = new Bundle(path.join(import.meta.dirname, '../dist/projector/index.mjs'));
const compactor = new Bundle(path.join(import.meta.dirname, '../dist/compactor/index.mjs'));
const auditor = new Bundle(path.join(import.meta.dirname, '../dist/auditor/index.mjs'));
const snapshotter = new Bundle(path.join(import.meta.dirname, '../dist/snapshotter/index.mjs'));

const standings = new TestStandings();
let environment: Record<string, string>;

// The tables are those of all tests here: the snapshotter reads what the projector has written.
beforeAll(async () => {
  await standings.start();
  await standings.reset();
  const { engine, tables } = standings;
  const boardsFile = createRequire(import.meta.url).resolve('@leaderboard/ranking/boards.json');
  environment = {
    ...engine.environment,
    AWS_ENDPOINT_URL_SQS: UNREACHABLE,
    AWS_ENDPOINT_URL_S3: UNREACHABLE,
    AWS_ENDPOINT_URL_LAMBDA: UNREACHABLE,
    QUEUE_URL: `${UNREACHABLE}/123456789012/standings-updates.fifo`,
    DLQ_URL: `${UNREACHABLE}/123456789012/standings-dlq.fifo`,
    PIPE_DLQ_URL: `${UNREACHABLE}/123456789012/ledger-to-standings-dlq`,
    LEDGER_TABLE_NAME: tables.ledger,
    PROCESSED_EVENTS_TABLE_NAME: tables.processedEvents,
    STANDINGS_TABLE_NAME: tables.standings,
    RANKS_TABLE_NAME: tables.ranks,
    RANK_RUNS_BUCKET_NAME: 'rank-runs',
    RANK_COMPACTOR_FUNCTION_NAME: 'rank-compactor',
    SNAPSHOTS_TABLE_NAME: tables.snapshots,
    SNAPSHOT_SIZE: '100',
    SNAPSHOT_TTL_DAYS: '30',
    BOARD_DEFINITIONS: readFileSync(boardsFile, 'utf8'),
    POWERTOOLS_SERVICE_NAME: 'standings',
    POWERTOOLS_METRICS_NAMESPACE: 'Leaderboard',
  };
});
afterAll(() => standings.stop());

for (const [name, bundle] of Object.entries({ projector, compactor, auditor, snapshotter })) {
  checkBundle(name, bundle, {
    sizeBudget: SIZE_BUDGET,
    environment: () => environment,
    requiredVariable: 'STANDINGS_TABLE_NAME',
  });
}

describe('in their own process', () => {
  test('the projector returns the records to deliver again, and counts', async () => {
    const updates = await standings.ledger.add('ada', {}, { score: 12.5 });
    const records = [...updates.map(eventRecord), invalidRecord('bad', 'hello')];
    const event = { Records: records.map(toSqsRecord) };
    const { response, logs } = await projector.invoke(event, environment);
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'bad' }] });
    expect(logs).toMatch(/"StandingsLag":\d+/);
    expect(logs).toContain('"StandingsRecordsFailed":1');
    await standings.expectFoldOfLedger();
  });

  test('the compactor merges what the projector has logged', async () => {
    const items = await standings.items('ranks');
    const partitions = [...new Set(items.map((item) => item['board']?.S))];
    // As from many updates.
    const updates = await standings.ledger.add('bob', {}, { score: 1 }, { score: 2 });
    for (const update of updates) await standings.projector.handle([eventRecord(update)]);
    const { response, logs } = await compactor.invoke({ partitions }, environment);
    expect(response).toMatchObject({ boards: 2, absorbed: 8 });
    expect(logs).toContain('"RankCompactions":[1,1]');
    await standings.expectFoldOfLedger();
  });

  test('the snapshotter takes snapshots of what the projector has written', async () => {
    const { response, logs } = await snapshotter.invoke({ full: true }, environment);
    expect(response).toMatchObject({ kind: 'full', outcomes: { written: 4 }, isComplete: true });
    expect(logs).toContain('"SnapshotsWritten":4');
    const items = await standings.items('snapshots');
    expect(items.filter((item) => item['as_of']?.S === 'LATEST')).toHaveLength(4);
  });
});
