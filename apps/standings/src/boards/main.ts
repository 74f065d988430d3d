import { S3Client } from '@aws-sdk/client-s3';
import { clientSettings, SYSTEM_RUNTIME, uniqueId } from '@leaderboard/function';
import { S3RunStore } from '@leaderboard/ranks';
import { Command } from 'commander';
import { REQUEST_ATTEMPTS } from '../config.ts';
import {
  dynamoDbOf,
  LOCAL_CREDENTIALS,
  segments,
  stopOnSignals,
  wholeNumber,
} from '../rebuild/command-line.ts';
import { EXIT } from '../rebuild/rebuild-command.ts';
import {
  DEFAULT_STACK_FILE,
  resolveTables,
  type RebuildTables,
  type TableOptions,
} from '../rebuild/rebuild-tables.ts';
import { readBoardFile, readPlan, writePlan } from './board-plan.ts';
import { Boards } from './boards-command.ts';

interface CommonOptions extends TableOptions {
  readonly json: boolean;
}

/** Players of a sample at most: each one's ledger is read. */
const MAX_PLAYERS = 10_000;

const program = new Command('boards')
  .description('Changes the boards of a stack while players play.')
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  });

function subcommand(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--tables <file>', `file of a running local stack (default: ${DEFAULT_STACK_FILE})`)
    .option('--ledger <name>', 'ledger table in AWS (instead of --tables)')
    .option('--standings <name>', 'standings table in AWS (instead of --tables)')
    .option('--ranks <name>', 'table of ranks in AWS (instead of --tables)')
    .option('--runs <bucket>', 'bucket of the runs of the ranks in AWS, for first places in a plan')
    .option(
      '--boards <file>',
      "the deployed boards (default: the stack's, or libs/ranking/boards.json)",
    )
    .option('--json', 'print results as JSON, one value per line', false)
    .addHelpText(
      'after',
      '\nExit codes: 0 done; 1 not complete, run it again; 130 stopped (Ctrl-C), the same command continues; 2 wrong use.' +
        '\nCredentials and region for AWS are those of the AWS SDK (AWS_PROFILE, AWS_REGION, …).',
    );
}

subcommand('plan', 'Shows what would change with other boards, and what it would cost.')
  .requiredOption('--file <file>', 'the boards to plan')
  .option('--out <file>', 'write the plan to this file, for boards:apply')
  .option(
    '--players <count>',
    'players of the sample for ranks, at most',
    (text) => wholeNumber(text, MAX_PLAYERS),
    500,
  )
  .action((options: CommonOptions & { file: string; out?: string; players: number }) =>
    run(options, async (boards) => {
      const definitions = await readBoardFile(options.file);
      const plan = await boards.plan({ definitions, players: options.players });
      if (options.out !== undefined) await writePlan(options.out, plan);
      return EXIT.done;
    }),
  );

subcommand(
  'apply',
  'Builds the boards of a plan beside live traffic, and serves them when complete.',
)
  .requiredOption('--plan <file>', 'a plan of boards:plan --out')
  .option('--yes', 'do it; without it only the plan is shown', false)
  .option('--segments <count>', 'parts of the ledger that are read at the same time', segments, 4)
  .action((options: CommonOptions & { plan: string; yes: boolean; segments: number }) =>
    run(options, async (boards) =>
      boards.apply({
        plan: await readPlan(options.plan),
        isConfirmed: options.yes,
        segments: options.segments,
        resume: `${options.plan}.progress`,
      }),
    ),
  );

subcommand('status', 'Shows which boards are served and built, and how far the build is.').action(
  (options: CommonOptions) =>
    run(options, async (boards) => {
      await boards.status();
      return EXIT.done;
    }),
);

subcommand('abandon', 'Gives up the boards that are being built. Reads do not change.')
  .option('--yes', 'do it; without it nothing is changed', false)
  .action((options: CommonOptions & { yes: boolean }) =>
    run(options, (boards) => boards.abandon({ isConfirmed: options.yes })),
  );

await program.parseAsync();

async function run(
  options: CommonOptions,
  command: (boards: Boards) => Promise<number>,
): Promise<void> {
  try {
    const tables = await resolveTables(options);
    const boards = new Boards({
      dynamoDb: dynamoDbOf(tables),
      tables,
      runs: runsOf(tables),
      json: options.json,
      signal: stopOnSignals(),
      uniqueId,
      stdout: process.stdout,
      stderr: process.stderr,
      ...SYSTEM_RUNTIME,
    });
    process.exitCode = await command(boards);
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}

function runsOf({ runs: bucket, local }: RebuildTables): S3RunStore | undefined {
  if (bucket === undefined) return undefined;
  const client =
    local === undefined
      ? new S3Client({})
      : new S3Client({
          ...clientSettings({ maxAttempts: REQUEST_ATTEMPTS }),
          endpoint: local.s3,
          region: local.region,
          forcePathStyle: true,
          credentials: LOCAL_CREDENTIALS,
        });
  return new S3RunStore({ client, bucket });
}
