import { benchCommand, wholeNumber } from '../bench-command.ts';
import { measureCompaction, type CompactionBench } from './measure.ts';

await benchCommand<CompactionBench>(
  'bench:compaction',
  'Changes a second that the compactor, as it is deployed, takes into one window of one board, and its memory.',
  measureCompaction,
)
  .option('--players <count>', 'players on the board', wholeNumber, 10_000)
  .option('--rounds <count>', 'logs that are merged into the board', wholeNumber, 10)
  .option('--seed <number>', 'what scores and players depend on', wholeNumber, 1)
  .parseAsync();
