import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

// In the place of npx for the commands in the documents: runs the command of an Nx target with the options behind it, without Nx, which
// does not run inside of one of its own tasks.

interface Project {
  nx?: { name?: string; targets?: Readonly<Record<string, { command?: string }>> };
}

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const [nx, run, name = '', ...options] = process.argv.slice(2);
if (nx !== 'nx' || run !== 'run')
  throw new Error(`npx: not nx run, but ${process.argv.slice(2).join(' ')}`);
const [project, target = ''] = name.split(':');
const projects = globSync('{apps,libs,tools}/*/package.json', { cwd: ROOT }).map(
  (file) => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as Project,
);
const command = projects.find(({ nx: of }) => of?.name === project)?.nx?.targets?.[target]?.command;
if (command === undefined) throw new Error(`npx: Nx has no command for ${name}`);
const { status } = spawnSync('sh', ['-c', `${command} "$@"`, 'sh', ...options], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
