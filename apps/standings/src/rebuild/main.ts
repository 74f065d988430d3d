import { randomUUID } from 'node:crypto';
import { SYSTEM_RUNTIME, uniqueId } from '@leaderboard/function';
import { Command } from 'commander';
import { dynamoDbOf, seconds, segments, stopOnSignals } from './command-line.ts';
import { runRebuild } from './rebuild-command.ts';
import { DEFAULT_STACK_FILE, resolveTables, type TableOptions } from './rebuild-tables.ts';

interface Options extends TableOptions {
  check: boolean;
  resume?: string;
  segments: number;
  settle: number;
  json: boolean;
}

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
    try {
      const tables = await resolveTables(options);
      process.exitCode = await runRebuild({
        dynamoDb: dynamoDbOf(tables),
        tables,
        isCheck: options.check,
        builds: false,
        onProgress: () => undefined,
        segments: options.segments,
        settleMs: options.settle * 1_000,
        resume: options.resume,
        json: options.json,
        signal: stopOnSignals(),
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
