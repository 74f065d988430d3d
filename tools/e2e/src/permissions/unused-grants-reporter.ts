import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  describeProblems,
  reportUnusedGrants,
  type UnusedGrantException,
} from './unused-grants.ts';
import { readUsage, removeUsage, USAGE_FOLDER } from './usage-file.ts';

const SOURCES = path.resolve(import.meta.dirname, '..');
const EXCEPTIONS = path.resolve(import.meta.dirname, '../../unused-grants.json');

interface RunResults {
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
  readonly numPendingTests: number;
  readonly testResults: readonly { readonly testFilePath: string }[];
}

/**
 * Jest reporter that fails the run when the Pulumi program grants something that no end-to-end test has used. Specs run in
 * their own workers and leave their usage in files, which are complete at the end of the run. A run of some specs, or one
 * with failures, decides nothing.
 */
export default class UnusedGrantsReporter {
  readonly #isFiltered: boolean;
  #error: Error | undefined;

  constructor(globalConfig: { readonly testNamePattern?: string }) {
    this.#isFiltered = (globalConfig.testNamePattern ?? '') !== '';
  }

  async onTestFileStart(test: { readonly path: string }): Promise<void> {
    await removeUsage(USAGE_FOLDER, (spec) => spec === path.basename(test.path));
  }

  async onRunComplete(_contexts: unknown, results: RunResults): Promise<void> {
    const ran = new Set(results.testResults.map(({ testFilePath }) => path.basename(testFilePath)));
    const specs = (await readdir(SOURCES)).filter((file) => file.endsWith('.e2e.spec.ts'));
    const isWhole = !this.#isFiltered && specs.every((spec) => ran.has(spec));
    if (!isWhole || results.numFailedTests + results.numFailedTestSuites > 0) return;
    await removeUsage(USAGE_FOLDER, (spec) => !ran.has(spec));
    const exceptions = JSON.parse(await readFile(EXCEPTIONS, 'utf8')) as UnusedGrantException[];
    const report = reportUnusedGrants(await readUsage(USAGE_FOLDER), exceptions);
    const problems = describeProblems(report);
    console.log(
      `Permissions: ${report.granted} granted, ${report.unused.length} unused, ${exceptions.length} excepted.`,
    );
    if (problems === undefined) return;
    console.error(problems);
    this.#error = new Error(problems);
  }

  /** What makes Jest exit with a failure. */
  getLastError(): Error | undefined {
    return this.#error;
  }
}
