import { spawn } from 'node:child_process';
import { join } from 'node:path';

interface PulumiExecutorOptions {
  command: string;
  __unparsed__: string[];
}

/** Runs the command line of this project; an executor of its own so that `nx run infra:up --help` lists its options. */
export default function runInfraCommand({
  command,
  __unparsed__: args,
}: PulumiExecutorOptions): Promise<{ success: boolean }> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../src/cli.ts'), command, ...args],
    { stdio: 'inherit' },
  );
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ success: code === 0 });
    });
  });
}
