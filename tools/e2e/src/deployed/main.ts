import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { type CheckContext, CHECKS, CheckSkipped } from './checks.ts';
import { addressesInFile, addressesOnAws, DeployedStack } from './deployed-stack.ts';

interface Flags {
  readonly stack?: string;
  readonly stackFile?: string;
  readonly waitSeconds: number;
  readonly only?: string;
  readonly json?: true;
}

interface Result {
  readonly check: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped. */
  readonly reason?: string;
}

const POLL_MS = 500;

const command = new Command('e2e:aws')
  .description(
    'Checks a deployed stack from its outputs, end to end. It sends a few updates with a score of 0, whose players are named e2e-…, ' +
      'and takes back every message that it puts into a queue.',
  )
  .option('--stack <name>', 'Pulumi stack on AWS, with the credentials of the environment')
  .option(
    '--stack-file <path>',
    'a running local stack in its place, for example .local/stack.json',
  )
  .option('--wait-seconds <count>', 'how long a check waits for what it expects', seconds, 180)
  .option('--only <text>', 'checks whose name contains this')
  .option('--json', 'print the results as JSON')
  .action(run);

await command.parseAsync();

async function run(flags: Flags): Promise<void> {
  if ((flags.stack === undefined) === (flags.stackFile === undefined)) {
    command.error('error: name one stack: --stack <name>, or --stack-file <path> for a local one.');
  }
  const addresses = await (
    flags.stackFile === undefined
      ? addressesOnAws(flags.stack ?? '')
      : addressesInFile(flags.stackFile)
  ).catch((error: unknown) =>
    command.error(`error: ${error instanceof Error ? error.message.trim() : String(error)}`),
  );
  const stack = new DeployedStack(addresses);
  const context: CheckContext = {
    stack,
    runId: randomBytes(6).toString('hex'),
    startedAt: new Date(),
    until: (what, poll) => until(what, poll, flags.waitSeconds * 1_000),
  };
  const results: Result[] = [];
  for (const check of CHECKS.filter(({ name }) => name.includes(flags.only ?? ''))) {
    const result = { check: check.name, ...(await outcomeOf(() => check.run(context))) };
    results.push(result);
    if (!flags.json) console.log(describe(result));
  }
  stack.close();
  report(results, flags);
}

async function outcomeOf(check: () => Promise<void>): Promise<Omit<Result, 'check'>> {
  try {
    await check();
    return { outcome: 'passed' };
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    return { outcome: error instanceof CheckSkipped ? 'skipped' : 'failed', reason };
  }
}

async function until<T>(
  what: string,
  poll: () => Promise<T | undefined>,
  waitMs: number,
): Promise<T> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const value = await poll();
    if (value !== undefined) return value;
    if (Date.now() > deadline) {
      throw new Error(`Timed out after ${waitMs / 1_000} s, waiting until ${what}.`);
    }
    await sleep(POLL_MS);
  }
}

function describe({ check, outcome, reason }: Result): string {
  return `${outcome.padEnd(7)}  ${check}${reason === undefined ? '' : `: ${reason}`}`;
}

function report(results: readonly Result[], { json, only }: Flags): void {
  const count = (outcome: Result['outcome']) =>
    results.filter((result) => result.outcome === outcome).length;
  if (json) console.log(JSON.stringify(results, undefined, 2));
  else if (results.length === 0) console.error(`No check has "${only ?? ''}" in its name.`);
  else {
    console.log(
      `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped.`,
    );
  }
  process.exitCode = results.length === 0 || count('failed') > 0 ? 1 : 0;
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number of seconds above 0.');
}
