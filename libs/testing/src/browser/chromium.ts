import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type BrowserContext } from 'playwright-core';
import { HANG_TIMEOUT_MS } from '../test-form.ts';

const CACHE = join(import.meta.dirname, '../../../../node_modules/.cache');

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** A browser with a fresh profile; `close` removes the profile. */
export interface TestBrowser {
  context: BrowserContext;
  close(): Promise<void>;
}

/**
 * Starts the headless Chromium that comes in the npm package `@sparticuz/chromium`, with the shared
 * libraries that it brings, so that the host needs none.
 */
export async function startChromium(): Promise<TestBrowser> {
  const home = await unpackedChromium();
  const profile = mkdtempSync(join(tmpdir(), 'dashboard-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: join(home, 'chromium'),
    headless: true,
    timeout: HANG_TIMEOUT_MS,
    args: FLAGS,
    viewport: { width: 1440, height: 1000 },
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(home, 'al2023/lib'),
      FONTCONFIG_FILE: writeFontConfig(home, profile),
    },
  });
  // Ends a wait that hangs; a busy machine draws late.
  context.setDefaultTimeout(HANG_TIMEOUT_MS);
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/**
 * The package's own font configuration names folders of Lambda only. Without any font the browser
 * draws no text at all; with these alone, screenshots look the same on every machine.
 */
function writeFontConfig(home: string, profile: string): string {
  const file = join(profile, 'fonts.conf');
  const folders = `<dir>${join(home, 'fonts')}</dir><cachedir>${join(profile, 'font-cache')}</cachedir>`;
  writeFileSync(file, `<?xml version="1.0"?><fontconfig>${folders}</fontconfig>`);
  return file;
}

/**
 * The package unpacks into the folder for temporary files, and takes a half-written file there for a
 * whole one. So it unpacks in its own process and folder, which is renamed when complete.
 */
async function unpackedChromium(): Promise<string> {
  const home = join(CACHE, `chromium-${packageVersion()}`);
  if (existsSync(home)) return home;
  mkdirSync(CACHE, { recursive: true });
  const staging = mkdtempSync(join(CACHE, 'chromium-staging-'));
  const unpack = "import('@sparticuz/chromium').then(({ default: it }) => it.executablePath())";
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', unpack], {
    cwd: import.meta.dirname,
    // The package brings its shared libraries along only where it believes to be on Lambda.
    env: { ...process.env, TMPDIR: staging, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
  });
  try {
    renameSync(staging, home);
  } catch (error) {
    // Another run was faster; its copy is as good.
    rmSync(staging, { recursive: true, force: true });
    if (!existsSync(home)) throw error;
  }
  return home;
}

function packageVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const file = join(dirname(entry), '../package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
