import { execFile, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import { PROJECT_ROOT } from '../workspace.ts';
import type { Environment } from './pulumi-invocation.ts';

const require = createRequire(import.meta.url);
const LAUNCHER = require.resolve('pulumi/run.js');

/** Version of the CLI that the npm package `pulumi` brings. */
export const PULUMI_VERSION = (require('pulumi/package.json') as { version: string }).version;

/** Folder in which the npm package looks for the CLI, and into which it downloads it at first use. */
export function pulumiFolder(environment: Environment): string {
  const home = environment['PULUMI_HOME'] || join(homedir(), '.pulumi');
  return join(home, 'versions', environment['PULUMI_VERSION'] || PULUMI_VERSION, 'bin');
}

/**
 * Runs the Pulumi CLI in this project; passes its output through unless `quiet`.
 *
 * @returns the exit code.
 * @throws Error with the last line of its output when it is quiet and fails.
 */
export function runPulumi(
  args: readonly string[],
  environment: Environment,
  { quiet = false } = {},
): Promise<number> {
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    cwd: PROJECT_ROOT,
    env: onThisNode(environment),
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  // Ctrl-C reaches Pulumi too, which ends its update cleanly; exiting before it would hide that.
  const waitForPulumi = () => undefined;
  process.on('SIGINT', waitForPulumi);
  return new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (quiet && code !== 0) reject(new Error(lastLine(output)));
      else resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  }).finally(() => process.off('SIGINT', waitForPulumi));
}

/** What a run of the Pulumi CLI printed, and its exit code. */
export interface Captured {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the Pulumi CLI in this project, and keeps what it prints. */
export function capturePulumi(
  args: readonly string[],
  environment: Environment,
): Promise<Captured> {
  const options = { cwd: PROJECT_ROOT, env: onThisNode(environment), maxBuffer: Infinity };
  return new Promise((resolve) => {
    execFile(process.execPath, [LAUNCHER, ...args], options, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : 1;
      resolve({ code, stdout, stderr });
    });
  });
}

/**
 * Runs the Pulumi CLI in this project. @returns what it prints.
 *
 * @throws Error with the last line of its error output when it fails.
 */
export async function readPulumi(
  args: readonly string[],
  environment: Environment,
): Promise<string> {
  const { code, stdout, stderr } = await capturePulumi(args, environment);
  if (code !== 0) throw new Error(lastLine(stderr));
  return stdout;
}

/** Lets the program run on the Node that runs this, whichever else the host has. */
function onThisNode(environment: Environment): NodeJS.ProcessEnv {
  return {
    ...environment,
    PATH: dirname(process.execPath) + delimiter + (environment['PATH'] ?? ''),
  };
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
