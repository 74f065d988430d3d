import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { readOptions } from '../src/options.ts';
import { startFifoQueue, type FifoQueue } from '../testing/fifo-queue.ts';
import { QUEUE_URL } from '../testing/producer-under-test.ts';
import { HANG_TIMEOUT_MS } from '@leaderboard/testing/test-form';

const projectFolder = path.resolve(import.meta.dirname, '..');
const workspaceFolder = path.resolve(projectFolder, '../..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'producer-sdk-'));
const builtFolder = path.join(folder, 'package');
const esmProject = path.join(folder, 'esm');
const cjsProject = path.join(folder, 'cjs');
const readme = readFileSync(path.join(projectFolder, 'README.md'), 'utf8');

let tarball: string;
let queue: FifoQueue;

/** What this machine needs to reach its npm registry, for example behind a proxy. */
const REGISTRY_ACCESS = /^(npm_config_(registry|cafile)|NODE_EXTRA_CA_CERTS)$/i;

/** A user's environment: nothing of this workspace, and no AWS configuration except a test's own. */
function cleanEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => REGISTRY_ACCESS.test(name) || !/^(npm_|NODE_|AWS_|FORCE_COLOR)/i.test(name),
  );
  return { ...Object.fromEntries(kept), ...extra };
}

async function run(
  command: string,
  args: string[],
  cwd: string,
  extra?: Record<string, string>,
): Promise<string> {
  try {
    const options = { cwd, env: cleanEnvironment(extra), timeout: HANG_TIMEOUT_MS };
    return (await promisify(execFile)(command, args, options)).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout ?? ''}\n${stderr ?? ''}`);
  }
}

const tool = (name: string) => path.join(workspaceFolder, 'node_modules/.bin', name);

async function installInto(project: string, type: 'module' | 'commonjs'): Promise<void> {
  mkdirSync(project);
  writeFileSync(
    path.join(project, 'package.json'),
    JSON.stringify({ name: 'game-server', private: true, type }),
  );
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await run('npm', ['install', ...flags, tarball], project);
}

beforeAll(async () => {
  await run(process.execPath, ['scripts/build-package.ts', builtFolder], projectFolder, {
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'example/leaderboard',
  });
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], builtFolder);
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
  tarball = path.join(folder, filename);
  queue = await startFifoQueue();
  await installInto(esmProject, 'module');
  await installInto(cjsProject, 'commonjs');
});

afterAll(async () => {
  await queue.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the tarball holds the built package and nothing else', async () => {
  const files = (await run('tar', ['-tzf', tarball], folder)).trim().split('\n');
  expect(files.filter((file) => file !== 'package/CHANGELOG.md').sort()).toEqual(
    [
      'LICENSE',
      'README.md',
      'index.cjs',
      'index.cjs.map',
      'index.d.cts',
      'index.d.ts',
      'index.js',
      'index.js.map',
      'package.json',
    ].map((file) => `package/${file}`),
  );
  const manifest = JSON.parse(
    readFileSync(path.join(builtFolder, 'package.json'), 'utf8'),
  ) as object;
  expect(Object.keys(manifest)).not.toEqual(expect.arrayContaining(['private']));
  expect(manifest).toMatchObject({
    dependencies: { '@aws-sdk/client-sqs': expect.any(String) },
    license: 'Apache-2.0',
    publishConfig: { access: 'public', provenance: true },
  });
});

test('the repository is the one whose workflow builds the package, which provenance needs', () => {
  const manifest: unknown = JSON.parse(
    readFileSync(path.join(builtFolder, 'package.json'), 'utf8'),
  );
  expect(manifest).toMatchObject({
    repository: {
      type: 'git',
      url: 'git+https://github.com/example/leaderboard.git',
      directory: 'libs/producer-sdk',
    },
  });
});

test('a changed environment variable invalidates the cached build', () => {
  const read = (file: string) => readFileSync(path.join(projectFolder, file), 'utf8');
  const names = new Set(read('scripts/build-package.ts').match(/GITHUB_\w+/g));
  expect(names.size).toBeGreaterThan(0);
  const { nx } = JSON.parse(read('package.json')) as {
    nx: { targets: { build: { inputs: unknown[] } } };
  };
  const inputs = [...names].map((env) => ({ env }));
  expect(nx.targets.build.inputs).toEqual(expect.arrayContaining(inputs));
});

test('publint and attw report no problem', async () => {
  expect(await run(tool('publint'), ['run', tarball, '--strict'], folder)).toContain('All good');
  expect(await run(tool('attw'), [tarball, '--no-color'], folder)).toContain('No problems found');
});

const SEND = `
const update = { player_id: 'player-' + process.argv[2], game_id: 'chess', score: 1250 };
(async () => {
  const { LEADERBOARD_QUEUE_URL: queueUrl, ENDPOINT: endpoint } = process.env;
  const producer = sdk.createProducer({ queueUrl, endpoint });
  const outcomes = await producer.sendLeaderboardUpdates([update, update, { ...update, score: '1' }]);
  console.log(outcomes.map((outcome) => outcome.error?.code ?? outcome.status).join());
})();
`;

test.each([
  ['ESM', esmProject, `import * as sdk from '@leaderboard/producer-sdk';${SEND}`],
  ['CommonJS', cjsProject, `const sdk = require('@leaderboard/producer-sdk');${SEND}`],
])(
  'installed in an empty %s project, it sends to a queue, and lets the process end',
  async (kind, project, code) => {
    writeFileSync(path.join(project, 'send.js'), code);
    const output = await run(process.execPath, ['send.js', kind], project, {
      LEADERBOARD_QUEUE_URL: queue.queueUrl,
      ENDPOINT: queue.endpoint,
      AWS_REGION: 'us-west-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
    expect(output.trim()).toBe('sent,sent,InvalidUpdate');
    const bodies = (await queue.bodies()).map((body) => JSON.parse(body) as { player_id: string });
    expect(bodies.filter(({ player_id }) => player_id === `player-${kind}`)).toHaveLength(2);
  },
);

const TOP_LEVEL = `
import { sendLeaderboardUpdate } from '@leaderboard/producer-sdk';
try {
  const { update } = await sendLeaderboardUpdate({ player_id: 'player-top', game_id: 'chess', score: 0 });
  console.log('sent', update.player_id);
} catch (error) {
  console.log(error.code, error.update.player_id, error.update.event_id.length);
}
`;

test('the top-level send reads LEADERBOARD_QUEUE_URL and the AWS environment, and says what is missing', async () => {
  writeFileSync(path.join(esmProject, 'top-level.js'), TOP_LEVEL);
  const send = (environment: Record<string, string>) =>
    run(process.execPath, ['top-level.js'], esmProject, {
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL_SQS: queue.endpoint,
      ...environment,
    });
  const LEADERBOARD_QUEUE_URL = queue.queueUrl;
  expect(await send({ AWS_REGION: 'us-west-1' })).toBe('QueueUrlMissing player-top 36\n');
  expect(await send({ LEADERBOARD_QUEUE_URL })).toBe('RegionMissing player-top 36\n');
  expect(await send({ LEADERBOARD_QUEUE_URL, AWS_REGION: 'us-west-1' })).toBe('sent player-top\n');
  const elsewhere = 'https://sqs.eu-west-1.amazonaws.com/123456789012/updates.fifo';
  expect(
    await send({
      LEADERBOARD_QUEUE_URL: elsewhere,
      AWS_REGION: 'us-west-1',
      AWS_ENDPOINT_URL_SQS: '',
    }),
  ).toBe('InvalidOption player-top 36\n');
  const missing = LEADERBOARD_QUEUE_URL.replace('-test', '-none');
  expect(await send({ LEADERBOARD_QUEUE_URL: missing, AWS_REGION: 'us-west-1' })).toBe(
    'QueueNotFound player-top 36\n',
  );
});

async function compile(project: string, sources: Record<string, string>): Promise<void> {
  for (const [file, source] of Object.entries(sources))
    writeFileSync(path.join(project, file), source);
  const config = {
    compilerOptions: {
      target: 'es2022',
      module: 'nodenext',
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      typeRoots: [path.join(workspaceFolder, 'node_modules/@types')],
      types: ['node'],
    },
    files: Object.keys(sources),
  };
  writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify(config));
  await run(tool('tsc'), ['-p', project], project);
}

test('its types hold in a CommonJS project, and are really there', async () => {
  const source = `import sdk = require('@leaderboard/producer-sdk');
    const producer: sdk.Producer = sdk.createProducer({ queueUrl: 'https://h/q.fifo' });
    // @ts-expect-error -- the score is missing
    void producer.sendLeaderboardUpdate({ player_id: 'p', game_id: 'g' });`;
  await compile(cjsProject, { 'consumer.ts': source });
});

test('its types hold in an ESM project: every example of the README compiles', async () => {
  const snippets = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, source]) => source ?? '');
  expect(snippets.length).toBeGreaterThan(4);
  const typeTests = readFileSync(path.join(projectFolder, 'src/types.type-test.ts'), 'utf8');
  await compile(esmProject, {
    ...Object.fromEntries(snippets.map((source, index) => [`readme-${index}.ts`, source])),
    'type-tests.ts': typeTests.replace('./index.ts', '@leaderboard/producer-sdk'),
  });
});

test('the defaults in the README are the defaults', () => {
  for (const [name, value] of Object.entries(readOptions({ queueUrl: QUEUE_URL }))) {
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${name}\` `));
    expect(row).toBeDefined();
    if (typeof value === 'number') expect(row).toContain(`| \`${value}\` `);
  }
});

test('the README explains every error code', () => {
  const source = readFileSync(path.join(projectFolder, 'src/errors.ts'), 'utf8');
  const unions = [...source.matchAll(/^export type \w+Code =(.*?);$/gms)].map(([, union]) => union);
  const codes = unions.flatMap((union = '') => union.match(/(?<=')\w+(?=')/g) ?? []);
  expect(codes).toContain('ClockSkew');
  for (const code of codes) expect(readme).toContain(`\n| \`${code}\` `);
});
