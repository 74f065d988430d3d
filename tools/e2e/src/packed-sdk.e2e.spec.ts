import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LeaderboardStack } from './leaderboard-stack.ts';

const run = promisify(execFile);
const PACKAGE = path.resolve(import.meta.dirname, '../../../libs/producer-sdk/dist');

const SEND = `
sdk
  .sendLeaderboardUpdate({ player_id: 'packed-' + process.argv[2], game_id: 'chess', score: 12.5 })
  .then(({ update }) => console.log(update.event_id));
`;

describe('the SDK as a stranger installs it', () => {
  let stack: LeaderboardStack;
  let folder: string;
  let tarball: string;

  beforeAll(async () => {
    stack = await LeaderboardStack.start();
    folder = await mkdtemp(path.join(tmpdir(), 'packed-sdk-'));
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: PACKAGE,
    });
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    tarball = path.join(folder, filename);
  });
  afterAll(async () => {
    await stack.stop();
    await rm(folder, { recursive: true });
  });

  test.each([
    ['module', `import * as sdk from '@leaderboard/producer-sdk';${SEND}`],
    ['commonjs', `const sdk = require('@leaderboard/producer-sdk');${SEND}`],
  ])(
    'sends from an empty project of type %s, and the update is in the ledger',
    async (type, code) => {
      const project = path.join(folder, type);
      await mkdir(project);
      await writeFile(path.join(project, 'package.json'), JSON.stringify({ private: true, type }));
      await writeFile(path.join(project, 'send.js'), code);
      await run('npm', ['install', '--prefer-offline', '--ignore-scripts', tarball], {
        cwd: project,
      });

      const { stdout: eventId } = await run(process.execPath, ['send.js', type], {
        cwd: project,
        env: {
          PATH: process.env['PATH'],
          LEADERBOARD_QUEUE_URL: stack.output('main_queue_url'),
          AWS_REGION: 'us-west-1',
          AWS_ACCESS_KEY_ID: 'local',
          AWS_SECRET_ACCESS_KEY: 'local',
        },
      });
      await stack.drained();
      expect(await stack.ledgerOf(`packed-${type}`)).toMatchObject([
        { event_id: eventId.trim(), score: 12.5, version: 1 },
      ]);
    },
  );
});
