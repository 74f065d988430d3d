import { appendFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** Jest reporter that appends a line for each finished file of tests to the file that `check.mjs` follows. */
export default class ProgressReporter {
  onTestFileResult({ path: file }, { numPassingTests, numFailingTests, perfStats, testExecError }) {
    const isFailed = numFailingTests > 0 || testExecError != null;
    const seconds = ((perfStats.end - perfStats.start) / 1_000).toFixed(1);
    const counts = isFailed ? `${numFailingTests} failed` : `${numPassingTests} passed`;
    appendFileSync(
      process.env.CHECK_PROGRESS_FILE,
      `${isFailed ? 'FAIL' : 'pass'}  ${path.relative(root, file)}  ${counts}  ${seconds} s\n`,
    );
  }
}
