import { benchCommand, wholeNumber } from '../bench-command.ts';
import { comparePipelines, type PipelineBench } from './compare.ts';

await benchCommand<PipelineBench>(
  'bench:pipeline',
  'Updates per second, CPU and requests per update, and freshness by stage of the whole pipeline on the local stack.',
  comparePipelines,
)
  .option(
    '--base <commit>',
    'measure this commit, too, in alternating rounds; installed and built in .local/bench at first use',
  )
  .option('--updates <count>', 'updates of each round that are sent at once', wholeNumber, 2_000)
  .option('--players <count>', 'players of these updates; few play much', wholeNumber, 500)
  .option('--rate <updates>', 'updates a second at which freshness is measured', wholeNumber, 20)
  .option('--seconds <s>', 'for how long freshness is measured', wholeNumber, 15)
  .option('--rounds <count>', 'rounds of which the median counts', wholeNumber, 3)
  .parseAsync();
