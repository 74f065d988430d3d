import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { newPlayer, update, updateRecord } from '../testing/records.ts';
import { TABLES } from '../testing/test-processor.ts';
import { useRebuild } from '../testing/use-rebuild.ts';

const { processor, tables } = useRebuild();
const folder = mkdtempSync(path.join(tmpdir(), 'processor-rebuild-'));

interface Exit {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function command(...args: string[]): Promise<Exit> {
  return commandWith({}, ...args);
}

function commandWith(variables: Record<string, string>, ...args: string[]): Promise<Exit> {
  const main = path.join(import.meta.dirname, 'main.ts');
  const flags = ['--conditions=@leaderboard/source', '--disable-warning=ExperimentalWarning'];
  const env = { PATH: process.env['PATH'], ...processor.environment, ...variables };
  return new Promise((resolve) => {
    execFile(process.execPath, [...flags, main, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

const NAMES = ['--ledger', TABLES.ledger, '--processed-events', TABLES.processedEvents];

test('it finds what is absent, writes it with --apply, and then finds nothing', async () => {
  const player = newPlayer();
  await processor.handle([updateRecord(update(player, 'e0'))]);
  await tables.remove(TABLES.processedEvents);
  expect(await command(...NAMES)).toEqual({
    code: 1,
    stdout:
      `${player} has no head\n${player} has no marker of the event e0\n` +
      '1 players, 1 updates: 1 heads and 1 markers would be written\nNothing was written. Add --apply.\n',
    stderr: '',
  });
  expect(await command(...NAMES, '--apply')).toMatchObject({
    code: 0,
    stdout: '1 players, 1 updates: 1 heads and 1 markers were written\n',
  });
  const { code, stdout } = await command(...NAMES, '--json');
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    expect.objectContaining({ type: 'result', complete: true, mode: 'dry-run', players: 1 }),
  ]);
});

test('tables from the file of a local stack', async () => {
  const file = path.join(folder, 'stack.json');
  const outputs = {
    dynamodb_table_name: TABLES.ledger,
    processed_events_table_name: TABLES.processedEvents,
  };
  const endpoints = { dynamodb: processor.environment['AWS_ENDPOINT_URL_DYNAMODB'] };
  writeFileSync(file, JSON.stringify({ region: 'us-west-1', endpoints, outputs }));
  expect(await command('--tables', file)).toMatchObject({ code: 0 });
});

test('a progress file of another run is refused', async () => {
  const file = path.join(folder, 'progress.json');
  const identity = { ledger: 'other', processedEvents: 'p', mode: 'apply' };
  const other = { ...identity, segments: [], headSegments: [], counts: {} };
  writeFileSync(file, JSON.stringify(other));
  expect(await command(...NAMES, '--resume', file)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`its ledger is "other", this one's "${TABLES.ledger}"`),
  });
});

test('without credentials the message says how to give them', async () => {
  const home = { HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' };
  const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '', ...home };
  expect(await commandWith(none, ...NAMES)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Set AWS_PROFILE'),
  });
});

test.each([
  [['--ledger', 'a'], 'Give --ledger and --processed-events together'],
  [['--ledger', 'a', '--processed-events', 'a'], 'are both "a". Name two tables.'],
  [[...NAMES, '--tables', 'file'], 'not both'],
  [
    ['--ledger', TABLES.processedEvents, '--processed-events', TABLES.ledger],
    `${TABLES.processedEvents} is not a ledger: its keys are player_id, event_id, those of a ledger are player_id, timestamp`,
  ],
  [
    ['--ledger', TABLES.ledger, '--processed-events', 'nowhere'],
    'There is no table nowhere in this account and region',
  ],
  [['--tables', '/nowhere.json'], '/nowhere.json cannot be read'],
  [[...NAMES, '--segments', '0'], 'Use a whole number from 1 to 1000.'],
  [[...NAMES, '--resume', '/nowhere/file'], 'Name a file with --resume in a folder that exists'],
  [['--aply'], 'unknown option'],
])('%j is wrong use, and the message says what to do', async (args, message) => {
  expect(await command(...args)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(message),
  });
});
