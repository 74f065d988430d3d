import { benchCommand, wholeNumber } from '../bench-command.ts';
import { measureColdStarts, type ColdStartBench } from './measure.ts';

await benchCommand<ColdStartBench>(
  'bench:cold-start',
  'Time from a new process to the first response of each function, beside one that only imports an AWS client.',
  measureColdStarts,
)
  .option('--rounds <count>', 'cold starts of each function', wholeNumber, 15)
  .parseAsync();
