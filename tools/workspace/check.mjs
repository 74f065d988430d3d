// Every check of the project: format, lint, types, builds and tests of all projects, each target once. Prints a line
// for each target and each file of tests as it ends, the output of what failed, and one summary line at the end.
// `--long` runs the tests in their long form; `--projects=<names>` checks these projects only, without the permissions.
import { spawn } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { tailLines } from './tail-lines.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const { long: isLong, projects } = parseArgs({
  options: { long: { type: 'boolean', default: false }, projects: { type: 'string' } },
}).values;
const startedAt = Date.now();
/** To which the test runs append a line for each file of tests. */
const progressFile = path.join(root, '.local/check-progress.txt');

const TARGETS = ['lint', 'typecheck', 'build', 'test', 'browser'];
/** Permissions that are taken away in the short form; the whole sweep takes half an hour. */
const PERMISSION_SAMPLE = 2;

const resultFiles = (project = '*', target = '{test,browser}') =>
  globSync(`{apps,examples,libs,tools}/${project}/${target}-results.json`, { cwd: root }).map(
    (file) => path.join(root, file),
  );
const readResults = (file) => JSON.parse(readFileSync(file, 'utf8'));
const failuresIn = ({ numFailedTests, numRuntimeErrorTestSuites }) =>
  numFailedTests + numRuntimeErrorTestSuites;

function print(line) {
  const seconds = Math.floor((Date.now() - startedAt) / 1_000);
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  console.log(`${clock.padStart(6)}  ${line}`);
}

/** Runs a command of the workspace; resolves with whether it succeeded. */
async function run(command, args, onLine) {
  print(`${command} ${args.join(' ')}`);
  const child = spawn(command, args, {
    cwd: root,
    env: {
      ...process.env,
      CHECK_PROGRESS_FILE: progressFile,
      ...(isLong && { TEST_FORM: 'long' }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', onLine);
  const status = await new Promise((resolve) => child.once('close', resolve));
  return status === 0;
}

/** Runs the targets of all projects, each once; resolves with the ones that failed, as `<project>:<target>`. */
async function runTargets() {
  const failed = new Set();
  let isListOfFailures = false;
  const only = projects === undefined ? [] : [`--projects=${projects}`];
  const succeeded = await run('nx', ['run-many', '-t', ...TARGETS, ...only], (line) => {
    // Nx marks a target that failed with ">", and prints its output below.
    const ended = /^(\S+)\s+nx run (\S+)(.*)$/.exec(line);
    if (ended !== null) {
      print(`${ended[1] === '>' ? 'FAIL' : 'done'}  ${ended[2]}${ended[3]}`);
      return;
    }
    // At the very end come the names of all that failed.
    if (line === 'Failed tasks:') isListOfFailures = true;
    else if (isListOfFailures && line.startsWith('- ')) failed.add(line.slice(2).trim());
    else if (line !== '' && !line.startsWith('- ')) isListOfFailures = false;
    console.log(line);
  });
  if (!succeeded && failed.size === 0) failed.add('nx run-many');
  return [...failed];
}

/** How many failures a failed target stands for: its failed tests, or itself. */
function weightOf(name) {
  const [project, target] = name.split(':');
  const tests = resultFiles(project, target).map((file) => failuresIn(readResults(file)));
  return Math.max(1, ...tests);
}

for (const file of resultFiles()) rmSync(file);
mkdirSync(path.dirname(progressFile), { recursive: true });
writeFileSync(progressFile, '');
const progress = tailLines(progressFile, print);

const [isFormatted, failures] = await Promise.all([
  run('prettier', ['--check', '--log-level=warn', '.'], console.log),
  runTargets(),
]);
if (!isFormatted) failures.push('format');

if (failures.includes('e2e:test')) {
  print('e2e:permissions does not run: it needs the end-to-end tests, which failed.');
} else if (projects === undefined) {
  const sample = isLong ? [] : [`--sample=${PERMISSION_SAMPLE}`];
  // Without its dependencies: the tests that it needs have just run.
  const args = ['run', 'e2e:permissions', '--exclude-task-dependencies', ...sample];
  if (!(await run('nx', args, console.log))) failures.push('e2e:permissions');
}

progress.stop();

const suites = resultFiles().map(readResults);
const passed = suites.reduce((total, suite) => total + suite.numPassedTests, 0);
if (passed === 0 && failures.length === 0) failures.push('no test has run');
const failed = failures.reduce((total, name) => total + weightOf(name), 0);

if (failures.length > 0) {
  console.log(`\nFailed: ${failures.join(', ')}. The messages are above.`);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
