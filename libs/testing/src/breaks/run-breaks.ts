import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { wholeNumber } from '../command-line.ts';
import type { Break } from './break.ts';
import type { BrokenPlay } from './play-broken.ts';

/** A command that breaks code in one place at a time. */
export interface BreaksCommand {
  /** The target of Nx. */
  readonly name: string;
  readonly description: string;
  readonly breaks: readonly Break[];
  /** A program that calls `playBroken`. */
  readonly program: string;
  /** Histories in which a break must be found. */
  readonly defaultRuns: number;
}

interface Options {
  seed: number;
  runs: number;
  only?: string[];
  json: boolean;
}

type Result = { readonly name: string } & BrokenPlay;

/** Runs the command with the arguments of this process. Its exit code is 0 when every break was found. */
export async function runBreaks({
  name: commandName,
  description,
  breaks,
  program,
  defaultRuns,
}: BreaksCommand): Promise<void> {
  await new Command(commandName)
    .description(description)
    .option('--seed <number>', 'seed of the first history', wholeNumber, 1)
    .option('--runs <count>', 'histories in which a break must be found', wholeNumber, defaultRuns)
    .option('--only <names...>', 'these breaks only')
    .option('--json', 'print the result as one JSON object', false)
    .addHelpText('after', `\nBreaks:\n${breaks.map(describeBreak).join('\n')}`)
    .addHelpText('after', '\nExit codes: 0 every break was found; 1 one was not; 2 wrong use.')
    .exitOverride((error) => {
      process.exit(error.exitCode === 0 ? 0 : 2);
    })
    .action(async ({ seed, runs, only, json }: Options, command: Command) => {
      const unknown = only?.find((each) => !breaks.some(({ name }) => name === each));
      if (unknown !== undefined) command.error(`error: there is no break "${unknown}"`);
      const results: Result[] = [];
      for (const { name } of breaks) {
        if (only && !only.includes(name)) continue;
        const result = { name, ...(await play(program, name, seed, runs)) };
        results.push(result);
        (json ? process.stderr : process.stdout).write(`${describe(result, runs)}\n`);
      }
      if (json) process.stdout.write(`${JSON.stringify({ seed, runs, breaks: results })}\n`);
      process.exitCode = results.every(({ histories }) => histories !== null) ? 0 : 1;
    })
    .parseAsync();
}

/** In its own process: a module is loaded once. */
async function play(
  program: string,
  name: string,
  seed: number,
  runs: number,
): Promise<BrokenPlay> {
  const args = [...process.execArgv, program, name, String(seed), String(runs)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as BrokenPlay;
}

function describe({ name, histories, seed, violation }: Result, runs: number): string {
  const found =
    histories === null
      ? `NOT FOUND in ${runs} histories`
      : `found after ${String(histories).padStart(4)} histories (seed ${seed}): ${violation}`;
  return `${name.padEnd(34)} ${found}`;
}

function describeBreak({ name, what }: Break): string {
  return `  ${name.padEnd(34)} ${what}`;
}
