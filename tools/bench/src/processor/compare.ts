import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import type { Progress } from '../bench-command.ts';
import { Child } from '../child.ts';
import { atLeast, median, type Report } from '../report.ts';
import { BatchSource } from './batches.ts';
import type { Traffic } from './stub-dynamodb.ts';
import type { Run } from './worker.ts';

export interface ProcessorBench {
  /** Batches of each round, of either function. */
  readonly batches: number;
  readonly rounds: number;
  /** Until the stub answers a request, in ms. */
  readonly delayMs: number;
}

const GROUPS = [1, 3, 10];
const FUNCTIONS = {
  processor: path.resolve(
    import.meta.dirname,
    '../../../../apps/processor/dist/processor/index.mjs',
  ),
  powertools: path.resolve(import.meta.dirname, 'powertools-handler.ts'),
} as const;
type FunctionName = keyof typeof FUNCTIONS;

interface Measured extends Run, Traffic {}

/**
 * The processor as it is deployed, beside a hand-written one, on the same stub of DynamoDB: alternating rounds, each
 * function in its own process, one batch at a time.
 */
export async function compareProcessors(
  { batches, rounds, delayMs }: ProcessorBench,
  progress?: Progress,
): Promise<Report> {
  const stub = await Child.start<{ port: number }>(
    path.join(import.meta.dirname, 'stub-dynamodb.ts'),
    [String(delayMs)],
  );
  await using dynamodb = stub.child;
  const environment = environmentOf(stub.ready.port);
  const worker = path.join(import.meta.dirname, 'worker.ts');
  await using processor = (await Child.start(worker, [FUNCTIONS.processor], environment)).child;
  await using powertools = (await Child.start(worker, [FUNCTIONS.powertools], environment)).child;
  const children: Record<FunctionName, Child> = { processor, powertools };
  const source = new BatchSource(Date.now);

  const measure = async (name: FunctionName, groups: number): Promise<Measured> => {
    const run = await children[name].ask<Run>(source.batches(batches, groups));
    return { ...run, ...(await dynamodb.ask<Traffic>('traffic')) };
  };

  const rows: (string | number)[][] = [];
  const goals = [];
  for (const [index, groups] of GROUPS.entries()) {
    const over = `${groups} ${groups === 1 ? 'group' : 'groups'}`;
    // The first round warms both up.
    const measured: Record<FunctionName, Measured[]> = { processor: [], powertools: [] };
    for (let round = 0; round <= rounds; round += 1) {
      for (const name of ['processor', 'powertools'] as const) {
        const result = await measure(name, groups);
        if (result.returned > 0) throw new Error(`${name} returned ${result.returned} records.`);
        if (round > 0) measured[name].push(result);
      }
      progress?.(index * (rounds + 1) + round + 1, GROUPS.length * (rounds + 1));
    }
    const records = batches * 10;
    const rates = (name: FunctionName) =>
      measured[name].map(({ elapsedMs }) => (records / elapsedMs) * 1_000);
    for (const name of ['processor', 'powertools'] as const) {
      rows.push([
        `${name}, ${over}`,
        Math.round(median(rates(name))),
        median(measured[name].map(({ cpuMs }) => (cpuMs * 1_000) / records)),
        median(measured[name].map(({ requests }) => requests / records)),
        median(measured[name].map(({ writeUnits }) => writeUnits / records)),
      ]);
    }
    const ratios = rates('processor').map((rate, i) => rate / (rates('powertools')[i] ?? NaN));
    goals.push(atLeast(`records/s over ${over}`, 5, 'times', median(ratios)));
  }
  return {
    title: `Batches of 10, DynamoDB answers after ${delayMs} ms, one instance`,
    columns: ['function', 'records/s', 'µs CPU/record', 'requests/record', 'write units/record'],
    rows,
    goals,
  };
}

function environmentOf(port: number): Record<string, string> {
  const boards = fileURLToPath(import.meta.resolve('@leaderboard/ranking/boards.json'));
  return {
    AWS_REGION: 'us-west-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
    DYNAMODB_TABLE_NAME: 'ledger',
    PROCESSED_EVENTS_TABLE_NAME: 'processed-events',
    DLQ_URL: 'http://127.0.0.1:9/123456789012/dlq.fifo',
    MAX_RECEIVE_COUNT: '3',
    MARKER_TTL_DAYS: '60',
    OCCURRED_AT_MAX_PAST_DAYS: '35',
    BOARD_DEFINITIONS: readFileSync(boards, 'utf8'),
    POWERTOOLS_SERVICE_NAME: 'bench',
    POWERTOOLS_METRICS_NAMESPACE: 'Bench',
  };
}
