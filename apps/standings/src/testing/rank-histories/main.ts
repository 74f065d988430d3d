import { Command } from 'commander';
import { progressOf, wholeNumber } from '@leaderboard/testing/command-line';
import { playHistories } from './play-histories.ts';

interface Options {
  seed: number;
  runs: number;
  json: boolean;
}

await new Command('standings:histories')
  .description(
    'Plays random histories of projectors, compactors and readers on simulated tables, with lost answers, late writes and kills, until a rank is wrong.',
  )
  .option(
    '--seed <number>',
    'seed of the first history; the next one has the next seed',
    wholeNumber,
    1,
  )
  .option('--runs <count>', 'histories to play', wholeNumber, 3_000)
  .option('--json', 'print the result as one JSON object', false)
  .addHelpText(
    'after',
    '\nExit codes: 0 every answer was right; 1 a history broke a promise; 2 wrong use.',
  )
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  })
  .action(async ({ seed, runs, json }: Options) => {
    const onProgress = progressOf(`histories from seed ${seed}`, runs);
    const { reads, finding } = await playHistories({ seed, runs, onProgress });
    const broken = finding && { seed: finding.seed, violation: finding.violation.message };
    if (json) {
      process.stdout.write(`${JSON.stringify({ seed, runs, reads, broken: broken ?? null })}\n`);
    } else if (broken) {
      process.stdout.write(
        `${broken.violation}\n\nAgain: nx run standings:histories --seed ${broken.seed} --runs 1\n`,
      );
    } else {
      process.stdout.write(
        `${runs} histories from seed ${seed} on: ${reads} answers compared, none wrong.\n`,
      );
    }
    process.exitCode = broken ? 1 : 0;
  })
  .parseAsync();
