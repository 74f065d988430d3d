import { benchCommand, wholeNumber } from '../bench-command.ts';
import { compareRanks, type RankBench } from './compare.ts';

await benchCommand<RankBench>(
  'bench:rank',
  'What exact ranks and pages cost on a board of any size, beside a COUNT over a sorted index and ZREVRANK of Redis.',
  compareRanks,
)
  .option('--players <count>', 'players on the board', wholeNumber, 10_000)
  .option(
    '--reads <count>',
    'ranks that are compared on each board; one in ten is measured',
    wholeNumber,
    10_000,
  )
  .option('--seed <number>', 'what scores and players depend on', wholeNumber, 1)
  .parseAsync();
