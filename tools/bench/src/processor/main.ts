import { benchCommand, wholeNumber } from '../bench-command.ts';
import { compareProcessors, type ProcessorBench } from './compare.ts';

await benchCommand<ProcessorBench>(
  'bench:processor',
  "Records per second of the processor beside Powertools' batch processor with one conditional put for each record.",
  compareProcessors,
)
  .option('--batches <count>', 'batches of each round', wholeNumber, 100)
  .option('--rounds <count>', 'rounds of which the median counts', wholeNumber, 5)
  .option('--delay-ms <ms>', 'until the stub of DynamoDB answers', wholeNumber, 5)
  .parseAsync();
