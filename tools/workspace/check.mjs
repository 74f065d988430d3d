// Every check of the project: format, then lint, types, builds and tests of all projects. Ends with one summary line.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const results = () =>
  globSync('{apps,examples,libs,tools}/*/{test,browser}-results.json', { cwd: root });

for (const file of results()) rmSync(path.join(root, file));

const failedSteps = [
  ['format', 'prettier', ['--check', '--log-level=warn', '.']],
  [
    'projects',
    'nx',
    ['run-many', '-t', 'lint', 'typecheck', 'build', 'test', 'browser', '--output-style=static'],
  ],
  // A sample: the whole sweep takes half an hour.
  ['permissions', 'nx', ['run', 'e2e:permissions', '--sample=2', '--output-style=static']],
].filter(([name, command, args]) => {
  console.log(`\n── ${name}: ${command} ${args.join(' ')}`);
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status !== 0;
});

const suites = results().map((file) => JSON.parse(readFileSync(path.join(root, file), 'utf8')));
const sum = (field) => suites.reduce((total, suite) => total + suite[field], 0);
const failedTests = sum('numFailedTests') + sum('numRuntimeErrorTestSuites');
const failed = failedTests === 0 ? failedSteps.length : failedTests;

if (failedSteps.length > 0) {
  console.log(`\nFailed: ${failedSteps.map(([name]) => name).join(', ')}. The messages are above.`);
}
console.log(`\n${sum('numPassedTests')} passed, ${failed} failed`);
process.exit(failed === 0 && suites.length > 0 ? 0 : 1);
