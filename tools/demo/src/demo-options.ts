import { Command } from 'commander';
import { atLeastOne, seed, share } from '@leaderboard/loadgen';

export interface DemoOptions {
  once: boolean;
  json: boolean;
  players: number;
  games: number;
  updates: number;
  duplicates: number;
  inFlight: number;
  seed: number;
}

/** Reads the command line of `npm start`; a wrong one ends the process with one line that says why, and status 1. */
export function parseDemoOptions(argv: readonly string[]): DemoOptions {
  return new Command('npm start --')
    .description(
      'Starts the whole system on this machine, plays a seeded demo game on it, and reports the outcome of every update.',
    )
    .option(
      '--once',
      'stop after the report; exit 1 if anything was lost, doubled, out of order or rejected by mistake',
      false,
    )
    .option('--json', 'print the report as JSON', false)
    .option('--players <count>', 'players in the game', atLeastOne, 2000)
    .option('--games <count>', 'games that they play', atLeastOne, 5)
    .option('--updates <count>', 'distinct updates', atLeastOne, 5000)
    .option('--duplicates <share>', 'share of updates sent a second time, 0 to 1', share, 0.05)
    .option(
      '--in-flight <count>',
      'updates in flight: the next is sent once one of them is in the standings',
      atLeastOne,
      30,
    )
    .option('--seed <number>', 'seed of the game; the same seed plays the same updates', seed, 1)
    .allowExcessArguments(false)
    .configureOutput({
      outputError: (message, write) =>
        write(
          `${message.trimEnd().replace(/\.?$/, '.')} "npm start -- --help" lists the options.\n`,
        ),
    })
    .parse(argv)
    .opts<DemoOptions>();
}
