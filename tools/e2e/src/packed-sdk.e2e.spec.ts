import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { useLeaderboardStack } from './stacks/leaderboard-stack.ts';

const run = promisify(execFile);
const WORKSPACE = path.resolve(import.meta.dirname, '../../..');
const READMES = ['README.md', 'libs/producer-sdk/README.md'];

/** The code blocks of a README in one language, as they are written. */
async function blocksOf(readme: string, language: 'sh' | 'ts'): Promise<string[]> {
  const text = await readFile(path.join(WORKSPACE, readme), 'utf8');
  const blocks = text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'));
  return [...blocks].map(([, block = '']) => block);
}

/** How a README says to get the SDK: a command for a clone of this repository, one for a project beside it. */
async function installationOf(readme: string): Promise<string[]> {
  const blocks = await blocksOf(readme, 'sh');
  return blocks.filter((block) => /producer-sdk(:pack|\.tgz)/.test(block));
}

/** A user's shell, without what Nx and npm have set for this process. */
const shell: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^NX_/.test(name))),
  NODE_OPTIONS: '',
  npm_config_prefer_offline: 'true',
  npm_config_ignore_scripts: 'true',
};

describe('the packed SDK, installed as its README says', () => {
  const stack = useLeaderboardStack();
  let folder: string;
  let project: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'packed-sdk-'));
    project = path.join(folder, 'game-server');
    await mkdir(project);
    await symlink(WORKSPACE, path.join(folder, 'leaderboard'));
    const [pack = '', install = ''] = await installationOf('README.md');
    await run('bash', ['-ec', pack], { cwd: WORKSPACE, env: shell });
    await run('bash', ['-ec', install], { cwd: project, env: shell });
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  /** Runs a file of the project against the local stack. */
  async function send(file: string, code: string): Promise<void> {
    await writeFile(path.join(project, file), code);
    await run(process.execPath, [file], {
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
  }

  test('is installed with the same commands in every README', async () => {
    const installations = await Promise.all(READMES.map(installationOf));
    expect(installations[0]).toHaveLength(2);
    for (const installation of installations) expect(installation).toEqual(installations[0]);
  });

  test.each([
    ['README.md', { player_id: 'ann', score: 1200, event_id: 'match-7' }],
    ['libs/producer-sdk/README.md', { player_id: 'player-7', score: 1250 }],
  ])('the first send of %s, run as it is written, is in the ledger', async (readme, sent) => {
    const examples = await blocksOf(readme, 'ts');
    const example = examples.find((code) => !code.includes('amazonaws.com'));
    await send('first-send.mts', example ?? '');
    expect(await stack.ledgerOf(sent.player_id)).toMatchObject([
      { ...sent, game_id: 'chess', version: 1 },
    ]);
  });

  test('can be loaded with require', async () => {
    await send(
      'send.cjs',
      `const { sendLeaderboardUpdate } = require('@leaderboard/producer-sdk');
      sendLeaderboardUpdate({ player_id: 'required', game_id: 'chess', score: 12.5 });`,
    );
    expect(await stack.ledgerOf('required')).toMatchObject([{ score: 12.5, version: 1 }]);
  });

  // Between a release and the next version plan there is nothing to release.
  const plans = path.join(WORKSPACE, '.nx/version-plans');
  const testWithPlan = existsSync(plans) && readdirSync(plans).length > 0 ? test : test.skip;

  testWithPlan(
    'npm run release shows the version, the changelog and the files of the package',
    async () => {
      const { stdout: printed } = await run('npm', ['run', 'release'], {
        cwd: WORKSPACE,
        env: { ...shell, npm_config_fetch_retries: '0' },
      });
      // In colour when Nx runs this test.
      const stdout = stripVTControlCharacters(printed);
      expect(stdout).toMatch(/New version \d+\.\d+\.\d+ written to manifest/);
      expect(stdout).toMatch(/^\+ ## \d+\.\d+\.\d+ /m);
      const files = /Tarball Contents(?<list>.*)Tarball Details/s.exec(stdout)?.groups?.['list'];
      expect(files?.match(/[\w.]+\.\w+(?= *$)|LICENSE/gm)).toEqual(
        expect.arrayContaining(['LICENSE', 'README.md', 'index.cjs', 'index.d.ts', 'package.json']),
      );
      expect(stdout).not.toMatch(/\bsrc\/|\.spec\./);
    },
  );
});
