// Installs the locked dependencies when they are missing or older than package-lock.json.
// Runs on any Node that npm runs on, with nothing installed: the first step of `npm start` and `npm test`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

import { isBundledFor, nodeVersionProblem, runningNode } from './node-version.mjs';

const root = new URL('../../', import.meta.url);
const stamp = new URL('node_modules/.installed-lockfile', root);
const lockfile = fs.readFileSync(new URL('package-lock.json', root));
const wanted = createHash('sha256').update(lockfile).digest('hex');

// Where Node comes with the dependencies, the steps after this one run on that.
const problem = isBundledFor(process) ? undefined : nodeVersionProblem(runningNode());
if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}

if (!fs.existsSync(stamp) || fs.readFileSync(stamp, 'utf8') !== wanted) {
  console.log('Installing the locked dependencies (npm ci) …');
  const onWindows = process.platform === 'win32';
  const { status } = spawnSync(onWindows ? 'npm.cmd' : 'npm', ['ci', '--loglevel=error'], {
    cwd: fileURLToPath(root),
    stdio: 'inherit',
    // Windows starts .cmd files through its shell only.
    shell: onWindows,
  });
  if (status !== 0) {
    console.error('npm ci failed. Read its message above; then run the same command again.');
    process.exit(status ?? 1);
  }
  fs.writeFileSync(stamp, wanted);
}
