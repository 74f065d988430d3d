import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseBoardDefinitions, type BoardDefinitions } from '@leaderboard/ranking';

/** Which tables a rebuild is about, where they are, and which boards they hold. */
export interface RebuildTables {
  readonly ledger: string;
  readonly standings: string;
  readonly ranks: string;
  /** The boards that the stack was deployed with. They count until others are applied. */
  readonly deployed: BoardDefinitions;
  /** The bucket of the runs of the ranks, if it is known. */
  readonly runs: string | undefined;
  /** Of a local stack; undefined for AWS, where the SDK's own settings count. */
  readonly local:
    { readonly dynamodb: string; readonly s3: string; readonly region: string } | undefined;
}

export interface TableOptions {
  readonly tables?: string;
  readonly ledger?: string;
  readonly standings?: string;
  readonly ranks?: string;
  readonly runs?: string;
  readonly boards?: string;
}

/** The command line does not name the tables, or what it names cannot be used. */
export class RebuildTablesError extends Error {
  override readonly name = 'RebuildTablesError';
  readonly code = 'UnknownTables';
}

export const DEFAULT_STACK_FILE = '.local/stack.json';

const WORKSPACE_ROOT = path.resolve(import.meta.dirname, '../../../..');
const DEFAULT_BOARDS_FILE = path.join(WORKSPACE_ROOT, 'libs/ranking/boards.json');

/**
 * Takes the tables from the names given, or else from the outputs in the file of a running local stack. Board
 * definitions come from `--boards`, or else from the stack's output `board_definitions`, or else from the repository's
 * file, which stacks use by default.
 *
 * @throws {RebuildTablesError}
 */
export async function resolveTables(options: TableOptions): Promise<RebuildTables> {
  const { ledger, standings, ranks } = options;
  if (ledger !== undefined && standings !== undefined && ranks !== undefined) {
    if (options.tables !== undefined) {
      throw new RebuildTablesError(
        'Give either --tables or --ledger, --standings and --ranks, not both.',
      );
    }
    const deployed = await readBoards(options.boards ?? DEFAULT_BOARDS_FILE);
    return { ledger, standings, ranks, runs: options.runs, deployed, local: undefined };
  }
  if ([ledger, standings, ranks].some((name) => name !== undefined)) {
    throw new RebuildTablesError(
      'Give --ledger, --standings and --ranks together, or none of them.',
    );
  }
  return fromStackFile(path.resolve(WORKSPACE_ROOT, options.tables ?? DEFAULT_STACK_FILE), options);
}

interface StackFile {
  readonly region?: unknown;
  readonly endpoints?: { readonly dynamodb?: unknown; readonly s3?: unknown };
  readonly outputs?: Readonly<Record<string, unknown>>;
}

async function fromStackFile(file: string, { boards }: TableOptions): Promise<RebuildTables> {
  const stack = (await readJson(
    file,
    'Start the stack with "npx nx run local:serve", or give --ledger, --standings and --ranks.',
  )) as StackFile;
  const value = (name: string, candidate: unknown): string => {
    if (typeof candidate === 'string' && candidate !== '') return candidate;
    throw new RebuildTablesError(`${file} has no ${name}. Use the file that "local:serve" writes.`);
  };
  const output = (name: string) => value(`output ${name}`, stack.outputs?.[name]);
  const own = stack.outputs?.['board_definitions'];
  return {
    ledger: output('dynamodb_table_name'),
    standings: output('standings_table_name'),
    ranks: output('ranks_table_name'),
    runs: output('rank_runs_bucket'),
    local: {
      dynamodb: value('endpoint of DynamoDB', stack.endpoints?.dynamodb),
      s3: value('endpoint of S3', stack.endpoints?.s3),
      region: value('region', stack.region),
    },
    deployed:
      boards === undefined && typeof own === 'string'
        ? parseBoardDefinitions(JSON.parse(own))
        : await readBoards(boards ?? DEFAULT_BOARDS_FILE),
  };
}

async function readBoards(file: string): Promise<BoardDefinitions> {
  return parseBoardDefinitions(
    await readJson(file, 'Name a file of board definitions with --boards.'),
  );
}

async function readJson(file: string, remedy: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new RebuildTablesError(`${file} cannot be read: ${(error as Error).message}. ${remedy}`);
  }
}
