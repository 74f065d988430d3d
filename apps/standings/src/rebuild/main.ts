import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings, SYSTEM_RUNTIME, uniqueId } from '@leaderboard/function';
import { Command, InvalidArgumentError } from 'commander';
import { REQUEST_ATTEMPTS } from '../config.ts';
import { runRebuild } from './rebuild-command.ts';
import { DEFAULT_STACK_FILE, resolveTables, type TableOptions } from './rebuild-tables.ts';

interface Options extends TableOptions {
  check: boolean;
  resume?: string;
  segments: number;
  settle: number;
  json: boolean;
}

/** Segments of a scan at most (API reference of Scan: TotalSegments). Each has one request under way at a time. */
const MAX_SEGMENTS = 1_000;

await new Command('standings:rebuild')
  .description(
    'Folds the whole ledger again and repairs every standing that differs from it. Updates may arrive meanwhile.',
  )
  .option('--check', 'write nothing: print each difference and exit with 1 if there is one', false)
  .option('--tables <file>', `file of a running local stack (default: ${DEFAULT_STACK_FILE})`)
  .option('--ledger <name>', 'ledger table in AWS (instead of --tables)')
  .option('--standings <name>', 'standings table in AWS (instead of --tables)')
  .option('--ranks <name>', 'table of ranks in AWS (instead of --tables)')
  .option(
    '--boards <file>',
    "board definitions (default: the stack's, or libs/ranking/boards.json)",
  )
  .option('--resume <file>', 'save the progress in this file, and continue from it if it exists')
  .option('--segments <count>', 'parts of the tables that are read at the same time', segments, 4)
  .option('--settle <seconds>', 'wait before players that differ are compared again', seconds, 2)
  .option('--json', 'print differences and result as JSON, one value per line', false)
  .addHelpText(
    'after',
    '\nExit codes: 0 done; 1 differences found, players failed, or reads stay inexact (another rebuild has begun, or definitions changed); 130 stopped (Ctrl-C), continue with --resume; 2 wrong use.' +
      '\nCredentials and region for AWS are those of the AWS SDK (AWS_PROFILE, AWS_REGION, …).',
  )
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  })
  .action(async (options: Options) => {
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        stop.abort();
      });
    }
    try {
      const tables = await resolveTables(options);
      process.exitCode = await runRebuild({
        dynamoDb: clientFor(tables.local),
        tables,
        isCheck: options.check,
        builds: false,
        onProgress: () => undefined,
        segments: options.segments,
        settleMs: options.settle * 1_000,
        resume: options.resume,
        json: options.json,
        signal: stop.signal,
        run: randomUUID(),
        uniqueId,
        stdout: process.stdout,
        stderr: process.stderr,
        ...SYSTEM_RUNTIME,
      });
    } catch (error) {
      process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 2;
    }
  })
  .parseAsync();

function clientFor(local: { endpoint: string; region: string } | undefined): DynamoDBClient {
  if (local === undefined) return new DynamoDBClient({ maxAttempts: 8 });
  return new DynamoDBClient({
    ...clientSettings({ maxAttempts: REQUEST_ATTEMPTS }),
    ...local,
    // The embedded engine checks no signature.
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

function segments(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= MAX_SEGMENTS) return count;
  throw new InvalidArgumentError(`Use a whole number from 1 to ${MAX_SEGMENTS}.`);
}

function seconds(text: string): number {
  const count = Number(text);
  if (Number.isFinite(count) && count >= 0) return count;
  throw new InvalidArgumentError('Use a number of seconds, 0 or more.');
}
