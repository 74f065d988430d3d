import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Runs a script of this project in the caller's terminal. @returns whether it succeeded, as an Nx executor returns it. */
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
