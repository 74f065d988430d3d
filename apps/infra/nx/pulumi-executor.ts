import { runScript } from './run-script.ts';

interface PulumiExecutorOptions {
  command: string;
  __unparsed__: string[];
}

/** Runs the command line of this project. It is an executor so that `nx run infra:up --help` lists its options. */
export default function runInfraCommand({
  command,
  __unparsed__: args,
}: PulumiExecutorOptions): Promise<{ success: boolean }> {
  return runScript('commands/infra.ts', [command, ...args]);
}
