/**
 * Packs the built package into a file that `npm install` takes, always under the same name, and prints its path.
 *
 *   npx nx run producer-sdk:pack
 */
import { execFileSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import path from 'node:path';

const projectFolder = path.resolve(import.meta.dirname, '..');
const packed = execFileSync('npm', ['pack', './dist', '--json'], {
  cwd: projectFolder,
  encoding: 'utf8',
  shell: process.platform === 'win32',
});
const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
const tarball = path.join(projectFolder, 'leaderboard-producer-sdk.tgz');
renameSync(path.join(projectFolder, filename), tarball);
process.stdout.write(`${tarball}\n`);
