import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { DEFAULT_BOARDS } from '../testing/test-projector.ts';
import { useRebuild } from '../testing/use-rebuild.ts';

const { standings, file } = useRebuild();

interface Exit {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function rebuild(...args: string[]): Promise<Exit> {
  const main = path.join(import.meta.dirname, 'main.ts');
  const env = {
    PATH: process.env['PATH'],
    ...standings.engine.environment,
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
  await standings.ledger.add('ada', {}, { score: 4 });
  const { ledger, standings: table, ranks } = standings.tables;
  const names = ['--ledger', ledger, '--standings', table, '--ranks', ranks];
  const found = await rebuild(...names, '--check', '--settle', '0');
  expect(found).toMatchObject({ code: 1, stdout: expect.stringContaining('5 items differ') });
  expect(await rebuild(...names)).toMatchObject({ code: 0, stderr: '' });
  expect(await rebuild(...names, '--check')).toMatchObject({ code: 0 });
  await standings.expectFoldOfLedger();
});

test('tables and boards from the file of a local stack', async () => {
  await standings.ledger.add('ada', {});
  const [GLOBAL] = DEFAULT_BOARDS;
  const stackFile = file('stack.json');
  await writeFile(
    stackFile,
    JSON.stringify({
      region: 'us-west-1',
      endpoints: { dynamodb: standings.engine.endpoint, s3: 'http://127.0.0.1:1' },
      outputs: {
        dynamodb_table_name: standings.tables.ledger,
        standings_table_name: standings.tables.standings,
        ranks_table_name: standings.tables.ranks,
        rank_runs_bucket: 'rank-runs',
        board_definitions: JSON.stringify({ default_board: 'GLOBAL', boards: [GLOBAL] }),
      },
    }),
  );
  expect(await rebuild('--tables', stackFile)).toMatchObject({ code: 0 });
  await standings.expectFoldOfLedger(GLOBAL ? [GLOBAL] : []);
});

test.each([
  [['--ledger', 'x'], 'Give --ledger, --standings and --ranks together'],
  [['--tables', '/nowhere/stack.json'], 'Start the stack with "npx nx run local:serve"'],
  [['--segments', '0'], 'Use a whole number from 1 to 1000'],
  [['--sgements', '1'], 'unknown option'],
])('wrong use %j exits with 2 and names the remedy', async (args, message) => {
  const { code, stderr } = await rebuild(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test('--help exits with 0', async () => {
  const { code, stdout } = await rebuild('--help');
  expect(code).toBe(0);
  expect(stdout).toContain('--check');
});
