import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  startDynamoDbEngine,
  type DynamoDbEngine,
  type Tables,
} from './testing/dynamodb-engine.ts';
import { expectedStandings, scan, storedStandings } from './testing/expected-standings.ts';
import { eventRecord, invalidRecord, TestLedger, toSqsRecord } from './testing/test-ledger.ts';
import { DEFAULT_BOARDS } from './testing/test-projector.ts';

/** Bytes of a minified bundle. Every cold start reads and compiles it. Measured: 594 kB and 526 kB. */
const SIZE_BUDGET = 620_000;

/** No process listens on the discard port: SQS refuses everything. */
const UNREACHABLE = 'http://127.0.0.1:9';

const BUNDLES = {
  projector: path.join(import.meta.dirname, '../dist/projector/index.mjs'),
  snapshotter: path.join(import.meta.dirname, '../dist/snapshotter/index.mjs'),
};

let engine: DynamoDbEngine;
let tables: Tables;
let environment: Record<string, string>;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
  tables = await engine.createTables();
  const boardsFile = createRequire(import.meta.url).resolve('@leaderboard/ranking/boards.json');
  environment = {
    ...engine.environment,
    AWS_ENDPOINT_URL_SQS: UNREACHABLE,
    QUEUE_URL: `${UNREACHABLE}/123456789012/standings-updates.fifo`,
    DLQ_URL: `${UNREACHABLE}/123456789012/standings-dlq.fifo`,
    LEDGER_TABLE_NAME: tables.ledger,
    STANDINGS_TABLE_NAME: tables.standings,
    SNAPSHOTS_TABLE_NAME: tables.snapshots,
    SNAPSHOT_SIZE: '100',
    SNAPSHOT_TTL_DAYS: '30',
    BOARD_DEFINITIONS: readFileSync(boardsFile, 'utf8'),
    POWERTOOLS_SERVICE_NAME: 'standings',
    POWERTOOLS_METRICS_NAMESPACE: 'Leaderboard',
  };
});
afterAll(() => engine.stop());

interface Output {
  /** What the handler answered. */
  readonly answer: unknown;
  /** Lines that it logged, metrics among them. */
  readonly logs: string;
}

/** Imports a bundle in a process of its own, away from node_modules, and hands it one event. */
async function invoke(
  bundle: keyof typeof BUNDLES,
  event: unknown,
  env: Record<string, string> = environment,
): Promise<Output> {
  const script = `
    const { handler } = await import(${JSON.stringify(BUNDLES[bundle])});
    const answer = await handler(${JSON.stringify(event)}, { getRemainingTimeInMillis: () => 29999 });
    console.log('ANSWER' + JSON.stringify(answer));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { cwd: '/', env },
  );
  const [logs = '', answer = 'null'] = stdout.split('ANSWER');
  return { answer: JSON.parse(answer) as unknown, logs };
}

test.each(Object.entries(BUNDLES))(
  'the bundle of the %s is within its size budget',
  (_, bundle) => {
    expect(statSync(bundle).size).toBeLessThanOrEqual(SIZE_BUDGET);
    expect(statSync(`${bundle}.map`).size).toBeGreaterThan(0);
  },
);

describe('on their own', () => {
  test('the projector answers with the records to deliver again, and counts', async () => {
    const client = engine.createClient();
    const updates = await new TestLedger(client, tables.ledger).add('ada', {}, { score: 12.5 });
    const records = [...updates.map(eventRecord), invalidRecord('bad', 'hello')];
    const { answer, logs } = await invoke('projector', { Records: records.map(toSqsRecord) });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'bad' }] });
    expect(logs).toContain('"StandingsUpdatesProjected":2');
    expect(logs).toContain('"StandingsRecordsFailed":1');
    expect(await storedStandings(client, tables)).toEqual(
      await expectedStandings(client, tables, DEFAULT_BOARDS),
    );
  });

  test('the snapshotter takes snapshots of what the projector made', async () => {
    const { answer, logs } = await invoke('snapshotter', { full: true });
    expect(answer).toMatchObject({ kind: 'full', outcomes: { written: 4 }, isComplete: true });
    expect(logs).toContain('"SnapshotsWritten":4');
    const items = await scan(engine.createClient(), tables.snapshots);
    expect(items.filter((item) => item['as_of']?.S === 'LATEST')).toHaveLength(4);
  });

  test.each(['projector', 'snapshotter'] as const)(
    'the %s does not start with an empty variable and names it',
    async (bundle) => {
      const incomplete = { ...environment, STANDINGS_TABLE_NAME: '' };
      await expect(invoke(bundle, {}, incomplete)).rejects.toThrow(/STANDINGS_TABLE_NAME is empty/);
    },
  );
});
