import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const THIS_COMMIT = path.resolve(import.meta.dirname, '../../../..');

/**
 * A work tree of a commit with its own packages and built functions, in `.local/bench`. It is kept for the next run; remove it with
 * `git worktree remove --force`.
 *
 * @returns its folder
 * @throws when the repository does not have the commit, or its packages or functions cannot be built
 */
export async function workTreeOf(commit: string): Promise<string> {
  const git = async (...args: string[]) =>
    (await run('git', args, { cwd: THIS_COMMIT })).stdout.trim();
  const hash = await git('rev-parse', '--short', '--verify', `${commit}^{commit}`);
  const folder = path.join(THIS_COMMIT, '.local/bench', hash);
  const isReady = path.join(folder, '.local-is-built');
  if (existsSync(isReady)) return folder;
  process.stderr.write(`Installing and building ${hash} in ${folder}: takes some minutes.\n`);
  if (!existsSync(folder)) await git('worktree', 'add', '--detach', folder, hash);
  // Its packages may have other versions; a link to the ones of this commit would also lead to the sources of this commit.
  await runIn(folder, 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  await runIn(folder, path.join(folder, 'node_modules/.bin/nx'), [
    'run-many',
    '--target=build',
    '--projects=tag:type:function,tag:type:page',
  ]);
  writeFileSync(isReady, '');
  return folder;
}

async function runIn(folder: string, command: string, args: readonly string[]): Promise<void> {
  const env = { ...process.env, NX_DAEMON: 'false', NX_CACHE_DIRECTORY: `${folder}/.nx/cache` };
  await run(command, [...args], { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 });
}
