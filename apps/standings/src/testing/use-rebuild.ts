import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SYSTEM_RUNTIME, uniqueId } from '@leaderboard/function';
import type { BoardDefinition } from '@leaderboard/ranking';
import { seededRandom } from '@leaderboard/testing/random';
import { runRebuild } from '../rebuild/rebuild-command.ts';
import { randomScore } from './test-ledger.ts';
import { DEFAULT_BOARDS } from './test-projector.ts';
import { useStandings, type TestStandings } from './use-standings.ts';

/** A board that the default ones do not have. */
export const COUNT: BoardDefinition = {
  id: 'MOVES',
  scope: 'all_games',
  operator: 'count',
  order: 'asc',
  tie_break: 'shared',
  windows: ['all_time', 'monthly'],
  shards: 2,
};

export interface TestRebuildOptions {
  check?: boolean;
  builds?: boolean;
  definitions?: readonly BoardDefinition[];
  resume?: string;
  json?: boolean;
  client?: DynamoDBClient;
  stop?: AbortController;
  now?: () => number;
  sleep?: (ms: number) => Promise<void>;
}

export interface TestRebuildResult {
  readonly code: number;
  readonly out: string[];
  readonly err: string[];
}

export interface TestRebuild {
  readonly standings: TestStandings;
  /** Path in a folder of this test, where there is no file yet. */
  file(...names: string[]): string;
  /** Runs the command on the tables of this test. */
  run(options?: TestRebuildOptions): Promise<TestRebuildResult>;
  /** Writes the ledger of several players; how much of it is projected is up to the test. */
  fillLedger(seed: number, players?: number): Promise<void>;
}

/** {@link useStandings} for tests of the rebuild. */
export function useRebuild(): TestRebuild {
  const standings = useStandings();
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'rebuild-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });
  return {
    standings,
    file: (...names) => path.join(folder, ...names),
    run: (options) => runTestRebuild(standings, options),
    fillLedger: async (seed, players = 6) => {
      const random = seededRandom(seed);
      for (let player = 0; player < players; player += 1) {
        const count = 1 + Math.floor(random() * 20);
        const scores = Array.from({ length: count }, () => randomScore(random));
        await standings.ledger.add(`player-${player}`, ...scores);
      }
    },
  };
}

/** Runs the command on the tables of a test. */
export async function runTestRebuild(
  { client, tables }: TestStandings,
  options: TestRebuildOptions = {},
): Promise<TestRebuildResult> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runRebuild({
    dynamoDb: options.client ?? client,
    tables: {
      ledger: tables.ledger,
      standings: tables.standings,
      ranks: tables.ranks,
      deployed: { default_board: '', boards: options.definitions ?? DEFAULT_BOARDS },
      runs: undefined,
      local: undefined,
    },
    isCheck: options.check ?? false,
    builds: options.builds ?? false,
    onProgress: () => undefined,
    segments: 3,
    settleMs: 20,
    resume: options.resume,
    json: options.json ?? false,
    signal: (options.stop ?? new AbortController()).signal,
    run: randomUUID(),
    uniqueId,
    stdout: { write: (text) => out.push(...text.trimEnd().split('\n')) },
    stderr: { isTTY: false, write: (text: string) => err.push(text) } as never,
    ...SYSTEM_RUNTIME,
    ...(options.now && { now: options.now }),
    ...(options.sleep && { sleep: options.sleep }),
  });
  return { code, out, err };
}
