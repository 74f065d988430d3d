import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';

import { startEngineProcess } from './engine-process.ts';
import { findEngine, HOST_PLATFORM } from './find-engine.ts';

const engine = findEngine({
  environment: { ...process.env, LEADERBOARD_DYNAMODB_ENDPOINT: '' },
  platform: HOST_PLATFORM,
});
const executable = 'executable' in engine ? engine.executable : '';
const OWNERS = process.platform === 'win32' ? (['node'] as const) : (['shell', 'node'] as const);

async function responds(endpoint: string): Promise<boolean> {
  return fetch(endpoint).then(
    () => true,
    () => false,
  );
}

async function untilSilent(endpoint: string): Promise<void> {
  while (await responds(endpoint)) await delay(20);
}

test.each(OWNERS)('an engine owned by %s responds, and ends when it is stopped', async (owner) => {
  const { endpoint, stop } = await startEngineProcess(executable, owner).then((running) => ({
    endpoint: running.endpoint,
    stop: () => running.stop(),
  }));
  expect(await responds(endpoint)).toBe(true);
  await stop();
  await untilSilent(endpoint);
});

test.each(OWNERS)('an engine owned by %s ends when its starter is killed', async (owner) => {
  const starter = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { startEngineProcess } from ${JSON.stringify(new URL('./engine-process.ts', import.meta.url).href)};
       const { endpoint } = await startEngineProcess(...process.argv.slice(1));
       process.stdout.write(endpoint);`,
      executable,
      owner,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const [endpoint] = (await once(starter.stdout, 'data')) as [Buffer];
  expect(await responds(endpoint.toString())).toBe(true);
  starter.kill('SIGKILL');
  await untilSilent(endpoint.toString());
});

test.each(OWNERS)('what is no engine is refused with its last words (%s)', async (owner) => {
  const missing = join(import.meta.dirname, 'no-such-engine');
  await expect(startEngineProcess(missing, owner)).rejects.toThrow(
    /did not start in 3 attempts: .*(not found|ENOENT)[^]*serve --port 8000/,
  );
});
