import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { wholeNumber } from '../histories/command-line.ts';
import { BREAKS, type Break } from './breaks.ts';
import type { BrokenPlay } from './play-broken.ts';

interface Options {
  seed: number;
  runs: number;
  only?: string[];
  json: boolean;
}

type Result = { readonly name: string } & BrokenPlay;

await new Command('processor:breaks')
  .description(
    'Breaks the code of the processor in one place at a time and plays random histories until they show it.',
  )
  .option('--seed <number>', 'seed of the first history', wholeNumber, 1)
  .option('--runs <count>', 'histories in which a break must be found', wholeNumber, 3_000)
  .option('--only <names...>', 'these breaks only')
  .option('--json', 'print the result as one JSON object', false)
  .addHelpText('after', `\nBreaks:\n${BREAKS.map(describeBreak).join('\n')}`)
  .addHelpText('after', '\nExit codes: 0 every break was found; 1 one was not; 2 wrong use.')
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  })
  .action(async ({ seed, runs, only, json }: Options, command: Command) => {
    const unknown = only?.find((name) => !BREAKS.some((each) => each.name === name));
    if (unknown !== undefined) command.error(`error: there is no break "${unknown}"`);
    const results: Result[] = [];
    for (const { name } of BREAKS) {
      if (only && !only.includes(name)) continue;
      const result = { name, ...(await play(name, seed, runs)) };
      results.push(result);
      (json ? process.stderr : process.stdout).write(`${describe(result, runs)}\n`);
    }
    if (json) process.stdout.write(`${JSON.stringify({ seed, runs, breaks: results })}\n`);
    process.exitCode = results.every(({ histories }) => histories !== null) ? 0 : 1;
  })
  .parseAsync();

/** In its own process: a module is loaded once. */
async function play(name: string, seed: number, runs: number): Promise<BrokenPlay> {
  const program = path.join(import.meta.dirname, 'play-broken.ts');
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
