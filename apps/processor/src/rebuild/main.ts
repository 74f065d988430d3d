import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings, SYSTEM_RUNTIME } from '@leaderboard/function';
import { documentClient } from '@leaderboard/tables';
import { Command, InvalidArgumentError } from 'commander';
import { checkTables } from './check-tables.ts';
import { loadPosition, newPosition, removePosition, savePosition } from './position-file.ts';
import { describeDifference, describeResult } from './print.ts';
import { rebuild } from './rebuild.ts';

interface Options {
  apply: boolean;
  tables?: string;
  ledger?: string;
  processedEvents?: string;
  markerTtlDays: number;
  resume?: string;
  segments: number;
  json: boolean;
}

interface Tables {
  readonly ledger: string;
  readonly processedEvents: string;
  /** Of a local stack; undefined for AWS, where the SDK's own settings count. */
  readonly local: { readonly endpoint: string; readonly region: string } | undefined;
}

const WORKSPACE_ROOT = path.resolve(import.meta.dirname, '../../../..');
const DEFAULT_STACK_FILE = '.local/stack.json';
/** Segments of a scan at most (API reference of Scan: TotalSegments). */
const MAX_SEGMENTS = 1_000;
const EXIT = { done: 0, differences: 1, wrongUse: 2, stopped: 130 } as const;
/** Between two lines of progress, and two saves of it, in ms. */
const PROGRESS_INTERVAL_MS = 2_000;

await new Command('processor:rebuild')
  .description(
    'Rebuilds heads and markers of processed events from the ledger, after a restore of either table. Without --apply it ' +
      'changes nothing. It only raises heads and puts markers that are absent or out of date.',
  )
  .option(
    '--apply',
    'write; without it, print each difference and exit with 1 if there is one',
    false,
  )
  .option('--tables <file>', `file of a running local stack (default: ${DEFAULT_STACK_FILE})`)
  .option('--ledger <name>', 'ledger table in AWS (instead of --tables)')
  .option('--processed-events <name>', 'table of processed events in AWS (instead of --tables)')
  .option('--marker-ttl-days <days>', "the stack's setting markerTtlDays", wholeNumber(3_650), 60)
  .option('--resume <file>', 'save the progress in this file, and go on from it if it exists')
  .option('--segments <count>', 'parts of the ledger read at once', wholeNumber(MAX_SEGMENTS), 4)
  .option('--json', 'print differences and result as JSON, one value per line', false)
  .addHelpText(
    'after',
    '\nExit codes: 0 done; 1 differences found, or players failed; 130 stopped (Ctrl-C), go on with --resume; 2 wrong use.' +
      '\nCredentials and region for AWS are those of the AWS SDK (AWS_PROFILE, AWS_REGION, …).',
  )
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? EXIT.done : EXIT.wrongUse);
  })
  .action(async (options: Options) => {
    try {
      process.exitCode = await run(options);
    } catch (error) {
      process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = EXIT.wrongUse;
    }
  })
  .parseAsync();

async function run(options: Options): Promise<number> {
  const tables = await resolveTables(options);
  const identity = {
    ledger: tables.ledger,
    processedEvents: tables.processedEvents,
    mode: options.apply ? 'apply' : 'dry-run',
  } as const;
  const dynamoDb = clientFor(tables.local);
  await checkTables(dynamoDb, tables);
  const { resume } = options;
  const position =
    (resume && (await loadPosition(resume, identity))) || newPosition(identity, options.segments);
  // A file that cannot be written must show before hours of work, not after them.
  if (resume) await savePosition(resume, position);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop.abort();
    });
  }
  const print = (value: object, line: string) =>
    process.stdout.write(options.json ? `${JSON.stringify(value)}\n` : `${line}\n`);
  let printedAt = SYSTEM_RUNTIME.now();
  let saving = Promise.resolve();

  const isComplete = await rebuild({
    ...SYSTEM_RUNTIME,
    dynamoDb,
    client: documentClient(dynamoDb),
    ledgerTableName: tables.ledger,
    processedEventsTableName: tables.processedEvents,
    markerTtlSeconds: options.markerTtlDays * 86_400,
    isApply: options.apply,
    position,
    signal: stop.signal,
    // Repairs are only counted: an empty table would print every item.
    differs: (difference) => {
      if (!options.apply)
        print({ type: 'difference', ...difference }, describeDifference(difference));
    },
    playerFailed: (playerId, error) => {
      process.stderr.write(
        `${playerId}: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    },
    progressed: () => {
      if (SYSTEM_RUNTIME.now() - printedAt < PROGRESS_INTERVAL_MS) return;
      printedAt = SYSTEM_RUNTIME.now();
      process.stderr.write(
        `${position.counts.updates} updates, ${position.counts.players} players\n`,
      );
      if (resume) saving = saving.then(() => savePosition(resume, position)).catch(() => undefined);
    },
  });
  await saving;
  if (resume) await (isComplete ? removePosition(resume) : savePosition(resume, position));

  const { counts } = position;
  print(
    { type: 'result', complete: isComplete, mode: identity.mode, ...counts },
    describeResult(counts, { isApply: options.apply, isComplete, resume }),
  );
  if (!isComplete) return EXIT.stopped;
  const open = Object.values(counts.differences).reduce((sum, count) => sum + count, 0);
  return counts.failedPlayers > 0 || (!options.apply && open > 0) ? EXIT.differences : EXIT.done;
}

async function resolveTables({ tables, ledger, processedEvents }: Options): Promise<Tables> {
  if ((ledger === undefined) !== (processedEvents === undefined)) {
    throw new Error('Give --ledger and --processed-events together, or neither of them.');
  }
  if (ledger !== undefined && processedEvents !== undefined) {
    if (tables !== undefined) {
      throw new Error('Give either --tables or --ledger and --processed-events, not both.');
    }
    if (ledger === processedEvents) {
      throw new Error(`--ledger and --processed-events are both "${ledger}". Name two tables.`);
    }
    return { ledger, processedEvents, local: undefined };
  }
  const file = path.resolve(WORKSPACE_ROOT, tables ?? DEFAULT_STACK_FILE);
  const stack = await readStackFile(file);
  const value = (name: string, candidate: unknown): string => {
    if (typeof candidate === 'string' && candidate !== '') return candidate;
    throw new Error(`${file} has no ${name}. Use the file that "local:serve" writes.`);
  };
  return {
    ledger: value('output dynamodb_table_name', stack.outputs?.['dynamodb_table_name']),
    processedEvents: value(
      'output processed_events_table_name',
      stack.outputs?.['processed_events_table_name'],
    ),
    local: {
      endpoint: value('endpoint of DynamoDB', stack.endpoints?.dynamodb),
      region: value('region', stack.region),
    },
  };
}

interface StackFile {
  readonly region?: unknown;
  readonly endpoints?: { readonly dynamodb?: unknown };
  readonly outputs?: Readonly<Record<string, unknown>>;
}

async function readStackFile(file: string): Promise<StackFile> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as StackFile;
  } catch (error) {
    throw new Error(
      `${file} cannot be read: ${(error as Error).message}. Start the stack with "npx nx run local:serve", or give ` +
        '--ledger and --processed-events.',
    );
  }
}

function clientFor(local: Tables['local']): DynamoDBClient {
  if (local === undefined) return new DynamoDBClient({ maxAttempts: 8 });
  return new DynamoDBClient({
    ...clientSettings({ maxAttempts: 3 }),
    ...local,
    // The embedded engine checks no signature.
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

function wholeNumber(greatest: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (Number.isInteger(count) && count >= 1 && count <= greatest) return count;
    throw new InvalidArgumentError(`Use a whole number from 1 to ${greatest}.`);
  };
}
