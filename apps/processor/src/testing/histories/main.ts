import { Command } from 'commander';
import { progressOf, wholeNumber } from '@leaderboard/testing/command-line';
import { describeFinding, playHistories } from './play-histories.ts';

interface Options {
  seed: number;
  runs: number;
  json: boolean;
}

await new Command('processor:histories')
  .description(
    'Plays random histories of the processor on a DynamoDB engine, with faults, crashes and zombies, until one breaks a promise.',
  )
  .option(
    '--seed <number>',
    'seed of the first history; the next one has the next seed',
    wholeNumber,
    1,
  )
  .option('--runs <count>', 'histories to play', wholeNumber, 2_000)
  .option('--json', 'print the result as one JSON object', false)
  .addHelpText(
    'after',
    '\nExit codes: 0 every promise was kept; 1 a history broke one; 2 wrong use.',
  )
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  })
  .action(async ({ seed, runs, json }: Options) => {
    const finding = await playHistories({
      seed,
      runs,
      onProgress: progressOf(`histories from seed ${seed}`, runs),
    });
    if (json) {
      const broken = finding && {
        seed: finding.seed,
        violation: finding.violation.message,
        trace: finding.trace,
      };
      process.stdout.write(`${JSON.stringify({ seed, runs, broken: broken ?? null })}\n`);
    } else if (finding) {
      process.stdout.write(`${describeFinding(finding)}\n`);
    } else {
      process.stdout.write(`${runs} histories from seed ${seed} on: every promise was kept.\n`);
    }
    process.exitCode = finding ? 1 : 0;
  })
  .parseAsync();
