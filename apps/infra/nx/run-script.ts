import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Runs a script of this project with the terminal of the caller; how it ended is what an executor answers. */
export function runScript(script: string, args: readonly string[]): Promise<{ success: boolean }> {
  const file = join(import.meta.dirname, '../src', script);
  const child = spawn(process.execPath, [file, ...args], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ success: code === 0 });
    });
  });
}
