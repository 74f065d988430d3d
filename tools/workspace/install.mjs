// Installs the locked dependencies when they are missing or older than package-lock.json.
// Runs on any Node >= 20 with nothing installed: the first step of `npm start` and `npm test`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const stamp = path.join(root, 'node_modules/.installed-lockfile');
const lockfile = readFileSync(path.join(root, 'package-lock.json'));
const wanted = createHash('sha256').update(lockfile).digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  console.log('Installing the locked dependencies (npm ci) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm ci failed. Read its message above; then run the same command again.');
    process.exit(status ?? 1);
  }
  writeFileSync(stamp, wanted);
}

const { stdout } = spawnSync('node', ['--version'], { encoding: 'utf8' });
if (Number(stdout.slice(1).split('.')[0]) < 24) {
  console.error(
    `This project runs on Node 24, and its npm package for ${process.platform}-${process.arch} is not available ` +
      `(found ${stdout.trim()}). Install Node 24 or newer, put it first on the PATH, and run the same command again.`,
  );
  process.exit(1);
}
