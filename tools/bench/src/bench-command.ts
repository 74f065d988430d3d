import { Command, InvalidArgumentError } from 'commander';
import { formatReport, type Report } from './report.ts';

/** The command of a benchmark: `--json`, `--help`; 0 also when a goal is missed, since a number is no error. */
export function benchCommand<Options>(
  name: string,
  description: string,
  run: (options: Options) => Promise<Report>,
): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'print one JSON object with the goals and the table', false)
    .addHelpText('after', '\nExit codes: 0 measured, whether or not a goal is met; 1 not measured.')
    .action(async ({ json, ...options }: Options & { json: boolean }) => {
      process.stdout.write(formatReport(await run(options as Options), json));
    });
}

/** A count on the command line, from 1. */
export function wholeNumber(value: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('It must be a whole number from 1.');
}
