import { benchCommand, wholeNumber } from '../bench-command.ts';
import { compareSenders, type SdkBench } from './compare.ts';

await benchCommand<SdkBench>(
  'bench:sdk',
  'Updates per second of the producer SDK, beside hand-written batches and one SendMessage for each update.',
  compareSenders,
)
  .option('--updates <count>', 'updates of each round', wholeNumber, 50_000)
  .option('--rounds <count>', 'rounds of which the median counts', wholeNumber, 5)
  .parseAsync();
