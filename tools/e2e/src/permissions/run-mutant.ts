import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MUTANT_VARIABLES } from './mutant.ts';
import type { Mutation } from './mutations.ts';
import { readUsage } from './usage-file.ts';
import { HANG_TIMEOUT_MS } from '@leaderboard/testing/test-form';

/** The result of a mutant. */
export interface MutantResult {
  readonly grant: string;
  /** The test that fails without the grant; undefined for a mutant that survived. */
  readonly killedBy: { readonly spec: string; readonly test: string } | undefined;
  /** Calls that were denied for want of the grant. */
  readonly denied: number;
  readonly specs: readonly string[];
}

interface JestResults {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const PROJECT = path.resolve(import.meta.dirname, '../..');
const JEST = createRequire(import.meta.url).resolve('jest/bin/jest');
/** Runs the specs that use a grant without it, until a test fails. */
export async function runMutant({ grant, action, specs }: Mutation): Promise<MutantResult> {
  let denied = 0;
  for (const spec of specs) {
    const run = await runSpec(spec, grant, action);
    denied += run.denied;
    // A test that fails although nothing was denied fails for another reason.
    if (run.failedTest !== undefined && run.denied > 0) {
      return { grant, killedBy: { spec, test: run.failedTest }, denied, specs };
    }
  }
  return { grant, killedBy: undefined, denied, specs };
}

async function runSpec(spec: string, grant: string, action: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'permission-mutant-'));
  try {
    const outputFile = path.join(folder, 'results.json');
    const usageFolder = path.join(folder, 'usage');
    const child = spawn(
      process.execPath,
      [
        '--experimental-vm-modules',
        '--disable-warning=ExperimentalWarning',
        JEST,
        '--runInBand',
        '--silent',
        '--json',
        `--outputFile=${outputFile}`,
        `--testTimeout=${HANG_TIMEOUT_MS}`,
        '--runTestsByPath',
        path.join(PROJECT, 'src', spec),
      ],
      {
        cwd: PROJECT,
        stdio: 'ignore',
        env: {
          ...process.env,
          // No progress lines: a test should fail here.
          CHECK_PROGRESS_FILE: undefined,
          [MUTANT_VARIABLES.removedGrant]: grant,
          [MUTANT_VARIABLES.usageFolder]: usageFolder,
        },
      },
    );
    await once(child, 'exit');
    const results = JSON.parse(await readFile(outputFile, 'utf8')) as JestResults;
    const denials = (await readUsage(usageFolder)).flatMap((usage) => usage.denied);
    return {
      failedTest: firstFailure(results),
      denied: denials
        .filter((denial) => denial.action === action)
        .reduce((total, { times }) => total + times, 0),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function firstFailure({ testResults }: JestResults): string | undefined {
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .find(({ status }) => status === 'failed')?.fullName;
}
