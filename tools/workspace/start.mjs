// Builds the functions and the page, then plays the demo game on the local stack; arguments go to the demo.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseDemoOptions } from '../demo/src/demo-options.ts';

// Before the build: a wrong option ends the process.
parseDemoOptions(process.argv);

const root = path.resolve(import.meta.dirname, '../..');
console.error('Building the functions and the page …');
const { status, stdout, stderr } = spawnSync(
  'nx',
  ['run-many', '-t', 'build', '-p', 'tag:type:function,tag:type:page'],
  {
    cwd: root,
    encoding: 'utf8',
    // Windows starts .cmd files through its shell only.
    shell: process.platform === 'win32',
  },
);
if (status !== 0) {
  console.error(`${stdout}${stderr}\nThe build failed; its messages are above.`);
  process.exit(1);
}
await import('../demo/src/main.ts');
