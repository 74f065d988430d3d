import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openPage } from './open-page.ts';

const PAGE = 'http://127.0.0.1:8710/?board=GLOBAL&player=ann';
let folder: string;

/** Only programs of this folder are found; they are scripts, started by the shell whose full path they name. */
async function install(name: string, script: string): Promise<void> {
  await writeFile(path.join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(path.join(folder, name), 0o755);
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'open-page-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test.each([
  ['linux', 'xdg-open'],
  ['darwin', 'open'],
  ['win32', 'rundll32'],
] as const)('on %s %s opens the page', async (platform, command) => {
  await install(command, `for last; do :; done; printf %s "$last" > ${folder}/opened`);
  expect(await openPage(PAGE, { platform, env: { PATH: folder } })).toBeUndefined();
  expect(await readFile(path.join(folder, 'opened'), 'utf8')).toBe(PAGE);
});

test('without a program to open it, the user is asked to open the page', async () => {
  expect(await openPage(PAGE, { platform: 'linux', env: { PATH: folder } })).toBe(
    `No program to open a page was found (xdg-open). Open ${PAGE} yourself.`,
  );
});

test('a program that fails is named', async () => {
  await install('xdg-open', 'exit 3');
  expect(await openPage(PAGE, { platform: 'linux', env: { PATH: folder } })).toBe(
    `xdg-open could not open the page. Open ${PAGE} yourself.`,
  );
});
