import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Command, InvalidArgumentError } from 'commander';

import { NO_CREDENTIALS } from '../commands/preconditions.ts';
import { RestoreError, type RestoreAccount } from './account.ts';
import { describePlan, nextSteps } from './describe.ts';
import { parseExportFolder, type ExportFolder } from './export-folder.ts';
import { exportLedger, type ExportTarget } from './export-ledger.ts';
import { planRestore, runRestore } from './restore.ts';

interface Options {
  environment: string;
  to?: Date;
  from?: string;
  bucketOwner?: string;
  yes?: boolean;
  markerTtlDays: string;
  json: boolean;
}

interface ExportOptions extends ExportTarget {
  environment: string;
  json: boolean;
}

const WORKSPACE_ROOT = path.resolve(import.meta.dirname, '../../../..');
const REBUILD = path.join(WORKSPACE_ROOT, 'apps/processor/src/rebuild/main.ts');
const HELP = `
Exit codes: 0 done; 1 not confirmed with --yes, nothing changed; 2 cannot be done, the message says why.
Credentials and region are those of the AWS SDK (AWS_PROFILE, AWS_REGION, ...).`;

const program = new Command('restore').description(
  'Restores the ledger of a stack in AWS, to a time or from an export. See docs/runbook.md, "Restore a table".',
);
for (const [name, about] of [
  ['plan', 'say what a restore does and what it loses; change nothing'],
  ['run', 'pause the processor, restore the ledger in its place, rebuild heads and markers'],
] as const) {
  const command = program
    .command(name)
    .description(about)
    .requiredOption('--environment <suffix>', "suffix of the stack's names, for example prod")
    .option('--to <time>', 'the time, for example 2026-11-21T09:30:00Z', instant)
    .option('--from <folder>', 'or the export: s3://<bucket>/<prefix>/AWSDynamoDB/<id>')
    .option('--bucket-owner <id>', 'id of the account of its bucket, where it is another one')
    .option('--json', 'print the plan as JSON; progress goes to stderr', false)
    .addHelpText('after', HELP);
  if (name === 'run') {
    command
      .option('--yes', 'do it; without it, print the plan')
      .option('--marker-ttl-days <days>', "the stack's setting markerTtlDays", '60');
  }
  command.action(async (options: Options) => {
    await orRefuse(() => restore(name, options));
  });
}
program
  .command('export')
  .description('export the ledger, as it is now, to S3, and wait until it is there')
  .requiredOption('--environment <suffix>', "suffix of the stack's names, for example prod")
  .requiredOption('--bucket <name>', 'the bucket, of any account and region')
  .option('--bucket-owner <id>', 'id of the account of the bucket, where it is another one')
  .option('--prefix <prefix>', 'what the keys of the objects begin with')
  .option('--json', 'print the export as JSON; progress goes to stderr', false)
  .addHelpText('after', HELP)
  .action(async ({ environment, json, ...target }: ExportOptions) => {
    await orRefuse(async () => {
      const done = await exportLedger(environment, target, accountOf());
      process.stdout.write(
        json
          ? `${JSON.stringify(done)}\n`
          : `${String(done.ItemCount)} items are in ${target.bucket}: ${String(done.ExportManifest)}\n`,
      );
      return 0;
    });
  });
program.exitOverride((error) => {
  process.exit(error.exitCode === 0 ? 0 : 2);
});
for (const command of program.commands) command.copyInheritedSettings(program);
await program.parseAsync();

async function orRefuse(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    process.exitCode = 2;
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'CredentialsProviderError' ? NO_CREDENTIALS : error.message;
}

function accountOf(): RestoreAccount {
  return {
    dynamoDb: new DynamoDBClient({ maxAttempts: 8 }),
    lambda: new LambdaClient({ maxAttempts: 8 }),
    sqs: new SQSClient({ maxAttempts: 8 }),
    now: Date.now,
    sleep,
    report: (line) => process.stderr.write(`${line}\n`),
  };
}

async function restore(name: 'plan' | 'run', options: Options): Promise<number> {
  const account = accountOf();
  const plan = await planRestore(options.environment, sourceOf(options), account);
  process.stdout.write(options.json ? `${JSON.stringify(plan)}\n` : `${describePlan(plan)}\n`);
  if (name === 'plan') return 0;
  if (options.yes !== true) {
    process.stderr.write('Nothing was changed. Repeat the command with --yes to do it.\n');
    return 1;
  }
  await runRestore(plan, account, ({ ledger, processedEvents }) =>
    rebuildHeads([
      ...['--ledger', ledger, '--processed-events', processedEvents],
      ...['--marker-ttl-days', options.markerTtlDays, '--apply'],
    ]),
  );
  process.stderr.write(`${nextSteps(options.environment)}\n`);
  return 0;
}

/** @throws {RestoreError} unless there is one of both */
function sourceOf({ to, from, bucketOwner }: Options): Date | ExportFolder {
  if (to !== undefined && from === undefined) return to;
  if (from !== undefined && to === undefined) return parseExportFolder(from, bucketOwner);
  throw new RestoreError(
    'Say what the ledger is restored to: either --to with a time, or --from with the folder of an export.',
  );
}

/** Its lines go to stderr: stdout has the plan alone. */
async function rebuildHeads(options: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, ['--conditions=@leaderboard/source', REBUILD, ...options], {
    cwd: WORKSPACE_ROOT,
    stdio: ['ignore', process.stderr, process.stderr],
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return exitCode ?? -1;
}

/** With its zone: a time that means another hour elsewhere would lose or keep an hour of updates. */
function instant(text: string): Date {
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) && !isNaN(+time)) {
    return time;
  }
  throw new InvalidArgumentError('Use an ISO 8601 time with its zone, as 2026-11-21T09:30:00Z.');
}
