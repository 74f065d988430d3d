import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import {
  startDynamoDbEngine,
  type DynamoDbEngine,
  type Tables,
} from '../testing/dynamodb-engine.ts';
import { expectedStandings, storedStandings } from '../testing/expected-standings.ts';
import { TestLedger } from '../testing/test-ledger.ts';
import { DEFAULT_BOARDS } from '../testing/test-projector.ts';

let engine: DynamoDbEngine;
let tables: Tables;
let folder: string;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
  folder = await mkdtemp(path.join(tmpdir(), 'rebuild-main-'));
});
afterAll(async () => {
  await engine.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  tables = await engine.createTables();
});

interface Exit {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function rebuild(...args: string[]): Promise<Exit> {
  const main = path.join(import.meta.dirname, 'main.ts');
  const env = {
    PATH: process.env['PATH'],
    ...engine.environment,
  };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--conditions=@leaderboard/source', main, ...args],
      { env },
      (error, stdout, stderr) => {
        resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      },
    );
  });
}

test('tables by name: --check finds the differences, the rebuild repairs them', async () => {
  const client = engine.createClient();
  await new TestLedger(client, tables.ledger).add('ada', {}, { score: 4 });
  const names = ['--ledger', tables.ledger, '--standings', tables.standings];
  const found = await rebuild(...names, '--check', '--settle', '0');
  expect(found).toMatchObject({ code: 1, stdout: expect.stringContaining('5 items differ') });
  expect(await rebuild(...names)).toMatchObject({ code: 0, stderr: '' });
  expect(await rebuild(...names, '--check')).toMatchObject({ code: 0 });
  expect(await storedStandings(client, tables)).toEqual(
    await expectedStandings(client, tables, DEFAULT_BOARDS),
  );
});

test('tables and boards from the file of a local stack', async () => {
  const client = engine.createClient();
  await new TestLedger(client, tables.ledger).add('ada', {});
  const [GLOBAL] = DEFAULT_BOARDS;
  const file = path.join(folder, 'stack.json');
  await writeFile(
    file,
    JSON.stringify({
      region: 'us-west-1',
      endpoints: { dynamodb: engine.endpoint },
      outputs: {
        dynamodb_table_name: tables.ledger,
        standings_table_name: tables.standings,
        board_definitions: JSON.stringify({ default_board: 'GLOBAL', boards: [GLOBAL] }),
      },
    }),
  );
  expect(await rebuild('--tables', file)).toMatchObject({ code: 0 });
  expect(await storedStandings(client, tables)).toEqual(
    await expectedStandings(client, tables, GLOBAL ? [GLOBAL] : []),
  );
});

test.each([
  [['--ledger', 'x'], 'Give --ledger and --standings together'],
  [['--tables', '/nowhere/stack.json'], 'Start the stack with "npx nx run local:serve"'],
  [['--segments', '0'], 'Use a whole number from 1 to 1000'],
  [['--sgements', '1'], 'unknown option'],
])('wrong use %j exits with 2 and says what to do', async (args, message) => {
  const { code, stderr } = await rebuild(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test('--help exits with 0', async () => {
  const { code, stdout } = await rebuild('--help');
  expect(code).toBe(0);
  expect(stdout).toContain('--check');
});
