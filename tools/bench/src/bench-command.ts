import { Command, InvalidArgumentError } from 'commander';
import { formatReport, type Report } from './report.ts';

/** Is told after each round how many of how many are done. */
export type Progress = (done: number, total: number) => void;

/**
 * The command of a benchmark: `--json`, `--help`, progress on stderr; exits with 0 also when a goal is missed, since a number
 * is no error.
 */
export function benchCommand<Options>(
  name: string,
  description: string,
  run: (options: Options, progress: Progress) => Promise<Report>,
): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'print one JSON object with the goals and the table', false)
    .addHelpText('after', '\nExit codes: 0 measured, whether or not a goal is met; 1 not measured.')
    .action(async ({ json, ...options }: Options & { json: boolean }) => {
      process.stdout.write(formatReport(await run(options as Options, showProgress), json));
    });
}

/** A line that is rewritten on a terminal, a line for each round elsewhere. */
const showProgress: Progress = (done, total) => {
  const { stderr } = process;
  const line = `round ${done} of ${total}`;
  stderr.write(stderr.isTTY ? `\r${line}${done === total ? '\n' : ''}` : `${line}\n`);
};

/** A count on the command line, from 1. */
export function wholeNumber(value: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('It must be a whole number from 1.');
}
