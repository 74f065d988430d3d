import { InvalidArgumentError } from 'commander';

/** An option that counts, from 0. */
export function wholeNumber(value: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError('Use a whole number, 0 or more.');
}

/** Shows how far a run is, on stderr: a line that is rewritten on a terminal, a line for each tenth elsewhere. */
export function progressOf(what: string, total: number): (done: number) => void {
  const { stderr } = process;
  return (done) => {
    const line = `${what}: ${done} of ${total}`;
    if (stderr.isTTY) stderr.write(`\r${line}${done === total ? '\n' : ''}`);
    else if (done % Math.ceil(total / 10) === 0) stderr.write(`${line}\n`);
  };
}
