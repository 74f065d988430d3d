// Every check of the project: format, lint, types, builds and tests of all projects, each target once. Prints a line
// for each target and each test file as it ends, the output of what failed, and one summary line at the end.
// `--long` runs the tests in their long form; `--projects=<names>` checks these projects only, without the permissions.
import { spawn } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { missingPrograms } from './programs.mjs';
import { tailLines } from './tail-lines.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const { long: isLong, projects } = parseArgs({
  options: { long: { type: 'boolean', default: false }, projects: { type: 'string' } },
}).values;
const isWhole = projects === undefined;
const startedAt = Date.now();
/** Each test run appends a line to it for each of its files. */
const progressFile = path.join(root, '.local/check-progress.txt');

const TARGETS = ['lint', 'typecheck', 'build', 'test', 'browser'];
/** What the examples of the READMEs call, which are run as they stand there. */
const PROGRAMS = ['bash', 'curl', 'openssl', 'tar'];
/** Permissions that are taken away in the short form; the whole sweep takes half an hour. */
const PERMISSION_SAMPLE = 2;

const resultFiles = (project = '*', target = '{test,browser}') =>
  globSync(`{apps,examples,libs,tools}/${project}/${target}-results.json`, { cwd: root }).map(
    (file) => path.join(root, file),
  );
const readResults = (file) => JSON.parse(readFileSync(file, 'utf8'));
/** The failed tests, and the files that did not load, as `<file>: <test>`. */
const failedTestsIn = ({ testResults = [] }) =>
  testResults.flatMap(({ name, status, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    const file = path.relative(root, name);
    if (failed.length === 0 && status === 'failed') return [`${file}: it did not run to its end`];
    return failed.map(({ fullName }) => `${file}: ${fullName}`);
  });
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

/** Runs the targets of all projects, each once; resolves with the names, as `<project>:<target>`, of what did not succeed. */
async function runTargets() {
  const failed = [];
  const skipped = [];
  /** The list that Nx is printing at its end. */
  let list;
  const only = isWhole ? [] : [`--projects=${projects}`];
  const succeeded = await run('nx', ['run-many', '-t', ...TARGETS, ...only], (printed) => {
    // Where FORCE_COLOR is set, Nx prints colors into a pipe too.
    const line = stripVTControlCharacters(printed);
    // Nx marks a target that failed with ">", and prints its output below.
    const ended = /^(\S+)\s+nx run (\S+)(.*)$/.exec(line);
    if (ended !== null) {
      print(`${ended[1] === '>' ? 'FAIL' : 'done'}  ${ended[2]}${ended[3]}`);
      return;
    }
    if (line === 'Failed tasks:') list = failed;
    else if (line.startsWith('Tasks not run because')) list = skipped;
    else if (line.startsWith('- ')) list?.push(line.slice(2).trim());
    else if (line !== '') list = undefined;
    console.log(printed);
  });
  if (!succeeded && failed.length === 0) failed.push('nx run-many');
  return { failed, skipped };
}

/** How many failures a failed target stands for: its failed tests, or itself. */
function weightOf(name) {
  const [project, target] = name.split(':');
  const tests = resultFiles(project, target).map((file) => failuresIn(readResults(file)));
  return Math.max(1, ...tests);
}

const missing = isWhole ? missingPrograms(PROGRAMS) : [];
if (missing.length > 0) {
  console.error(
    `The tests run the examples of the READMEs, which need ${missing.join(' and ')}. Install ${missing.length === 1 ? 'it' : 'them'} ` +
      `(on Debian and Ubuntu: apt-get install ${missing.join(' ')}) and run the same command again.`,
  );
  process.exit(1);
}

for (const file of resultFiles()) rmSync(file);
mkdirSync(path.dirname(progressFile), { recursive: true });
writeFileSync(progressFile, '');
const progress = tailLines(progressFile, print);

const [isFormatted, { failed: failures, skipped }] = await Promise.all([
  run('prettier', ['--check', '--log-level=warn', '.'], console.log),
  runTargets(),
]);
if (!isFormatted) failures.push('format');

if (isWhole) {
  if ([...failures, ...skipped].includes('e2e:test')) {
    // It needs the end-to-end tests.
    skipped.push('e2e:permissions');
  } else {
    const sample = isLong ? [] : [`--sample=${PERMISSION_SAMPLE}`];
    // Without its dependencies: the tests that it needs have just run.
    const args = ['run', 'e2e:permissions', '--exclude-task-dependencies', ...sample];
    if (!(await run('nx', args, console.log))) failures.push('e2e:permissions');
  }
}

progress.stop();

const suites = resultFiles().map(readResults);
const passed = suites.reduce((total, suite) => total + suite.numPassedTests, 0);
if (passed === 0 && failures.length === 0) failures.push('no test has run');
const failed = failures.reduce((total, name) => total + weightOf(name), 0);

if (failures.length > 0) {
  console.log(`\nFailed: ${failures.join(', ')}. The messages are above.`);
  for (const test of suites.flatMap(failedTestsIn)) console.log(`  ${test}`);
}
if (skipped.length > 0) {
  console.log(`\nNot run, because something they need failed: ${skipped.join(', ')}.`);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
