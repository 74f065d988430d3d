import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteCommand, paginateScan, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { LeaderboardUpdate } from '@leaderboard/contracts';
import type { SpawnStackOptions } from '@leaderboard/local';
import {
  batchGet,
  HEAD_SORT_KEY,
  logKey,
  playerKey,
  processedEventKey,
  PROGRESS_PARTITION,
  queryOf,
  RANKS_TABLE,
  RETRY_SORT_KEY_PREFIX,
  STANDINGS_TABLE,
  standingsIn,
  standingsKey,
  toHead,
  toHistoryUpdate,
  toLedgerUpdate,
  toPlayer,
  toRetryNote,
  type Item,
} from '@leaderboard/tables';
import { afterAll, beforeAll } from '@jest/globals';
import type { LeaderboardApiClient } from './leaderboard-api-client.ts';
import { LeaderboardStack } from './leaderboard-stack.ts';
import { until, WAIT_MS } from './until.ts';
import {
  WINDOWS,
  type OracleBoard,
  type OracleUpdate,
  type WindowName,
} from '../oracle/standings-oracle.ts';

/** A board of the file of board definitions. */
export interface BoardDefinition extends OracleBoard {
  readonly scope: 'all_games' | 'per_game' | 'game';
  readonly windows: readonly WindowName[];
  readonly shards?: number;
}

/** The sum of all games, in every window. */
export const SUM_OF_ALL_GAMES = {
  id: 'GLOBAL',
  scope: 'all_games',
  operator: 'sum',
  order: 'desc',
  tie_break: 'earliest',
  windows: WINDOWS,
} satisfies BoardDefinition;

/** An update as the ledger holds it, with its score as the stored digits. */
export interface StoredUpdate extends OracleUpdate {
  readonly event_id: string;
}

export interface CommandResult {
  readonly exitCode: number;
  /** What it printed, to be shown when the code is not the expected one. */
  readonly output: string;
}

const WORKSPACE_ROOT = path.resolve(import.meta.dirname, '../../../..');
const REBUILD_STANDINGS = path.join(WORKSPACE_ROOT, 'apps/standings/src/rebuild/main.ts');
const BOARDS = path.join(WORKSPACE_ROOT, 'apps/standings/src/boards/main.ts');
const REBUILD_PROCESSED_EVENTS = path.join(WORKSPACE_ROOT, 'apps/processor/src/rebuild/main.ts');
const POLL_MS = 200;
/** Requests to the main queue at the same time. */
const PUTS_AT_ONCE = 25;

/** Starts the system with these boards before the tests of a `describe`, and stops it after them. */
export function useStandingsStack(
  boards: readonly BoardDefinition[],
  options: SpawnStackOptions = {},
): StandingsStack {
  const standings = new StandingsStack();
  beforeAll(() => standings.start(boards, options));
  afterAll(() => standings.stop());
  return standings;
}

/** The running system with boards that a test defines. */
export class StandingsStack {
  readonly stack = new LeaderboardStack();
  #folder = '';

  async start(boards: readonly BoardDefinition[], options: SpawnStackOptions = {}): Promise<void> {
    this.#folder = await mkdtemp(path.join(tmpdir(), 'leaderboard-e2e-'));
    const boardDefinitionsFile = path.join(this.#folder, 'boards.json');
    await writeFile(boardDefinitionsFile, JSON.stringify({ default_board: boards[0]?.id, boards }));
    await this.stack.start({
      ...options,
      stackFile: path.join(this.#folder, 'stack.json'),
      config: { boardDefinitionsFile, ...options.config },
    });
  }

  async stop(): Promise<void> {
    await this.stack.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  get api(): LeaderboardApiClient {
    return this.stack.api;
  }

  /** Sends updates through the SDK, each player's in the given order. */
  async send(updates: readonly LeaderboardUpdate[]): Promise<void> {
    await Promise.all(updates.map((update) => this.stack.producer.sendLeaderboardUpdate(update)));
  }

  /** Sends updates past the SDK under new deduplication ids, as repeats after the five minutes of the queue. */
  async sendPastSdk(updates: readonly LeaderboardUpdate[]): Promise<void> {
    for (let start = 0; start < updates.length; start += PUTS_AT_ONCE) {
      const some = updates.slice(start, start + PUTS_AT_ONCE);
      await Promise.all(some.map((update) => this.stack.putUpdate(update)));
    }
  }

  /** Sends every dead letter back to the main queue. @returns how many */
  async redriveAll(): Promise<number> {
    const groups = new Set((await this.stack.deadLetters()).map(({ groupId }) => groupId));
    let count = 0;
    for (const group of groups) count += await this.stack.redrive(group);
    return count;
  }

  /** Waits until no queue holds a message and the standings of these players are at the end of their ledgers. */
  async settled(players: Iterable<string>): Promise<void> {
    const ids = [...new Set(players)];
    let before = '';
    let movedAtMs = Date.now();
    for (;;) {
      const waiting = [
        await this.stack.messagesIn('main_queue_url'),
        await this.stack.messagesIn('standings_queue_url'),
      ];
      const heads = await this.#heads(ids);
      const applied = await this.#applied(ids);
      const behind = [...heads].filter(([player, head]) => applied.get(player) !== head);
      if (behind.length === 0 && waiting.every((count) => count === 0)) {
        return this.#retryNotesAreOver();
      }
      const now = JSON.stringify([waiting, [...heads], [...applied]]);
      if (now !== before) movedAtMs = Date.now();
      before = now;
      if (Date.now() - movedAtMs > WAIT_MS) {
        throw new Error(
          `Nothing moved for ${WAIT_MS} ms: ${waiting.join(' and ')} messages in the main and the standings queue, ${behind.length} players behind, such as ${String(behind[0])}.`,
        );
      }
      await sleep(POLL_MS);
    }
  }

  /**
   * Nothing is retried any more by now, but a note that several players share holds for ten minutes: no attempt removes
   * it, so this does.
   */
  async #retryNotesAreOver(): Promise<void> {
    const TableName = this.stack.output('standings_table_name');
    await until('no records are noted as being retried', async () => {
      const { Items = [] } = await this.stack.tables.send(
        new QueryCommand({
          TableName,
          ...queryOf(STANDINGS_TABLE, PROGRESS_PARTITION, {
            sortKey: { startsWith: RETRY_SORT_KEY_PREFIX },
          }),
          ConsistentRead: true,
        }),
      );
      const isShared = (item: Item) => toRetryNote(item).player === '';
      for (const item of Items.filter(isShared)) {
        const Key = standingsKey(PROGRESS_PARTITION, sortKeyOf(item));
        await this.stack.tables.send(new DeleteCommand({ TableName, Key }));
      }
      return Items.every((item) => isShared(item) || toRetryNote(item).until < Date.now());
    });
  }

  /** The whole ledger, with each score as its stored digits. */
  async ledger(): Promise<StoredUpdate[]> {
    const updates: StoredUpdate[] = [];
    for await (const { Items = [] } of paginateScan(
      { client: this.stack.tables },
      { TableName: this.stack.output('dynamodb_table_name'), ConsistentRead: true },
    )) {
      for (const item of Items) {
        const { player_id } = toLedgerUpdate(item);
        updates.push({ player_id, ...toHistoryUpdate(item) });
      }
    }
    return updates;
  }

  /** On which boards and in which periods a player has standings, in the order of their keys. */
  async boardWindowsOf(player: string): Promise<string[]> {
    const { Items = [] } = await this.stack.tables.send(
      new QueryCommand({
        TableName: this.stack.output('standings_table_name'),
        ...queryOf(STANDINGS_TABLE, player),
        ConsistentRead: true,
      }),
    );
    return Items.flatMap(standingsIn)
      .map((row) => row.board_window)
      .toSorted();
  }

  /** Merges the logs of all boards, as projectors ask for it from time to time. A run that is killed fails, without an error here. */
  async compactRanks(): Promise<void> {
    const { partitionKey, sortKey } = RANKS_TABLE;
    const log = (await this.ranks()).filter((item) =>
      String(item[sortKey.name]).startsWith(String(logKey('', '')[sortKey.name])),
    );
    const partitions = new Set(log.map((item) => String(item[partitionKey.name])));
    const lambda = new LambdaClient({
      region: 'us-west-1',
      endpoint: this.stack.endpoint('lambda'),
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const Payload = JSON.stringify({ partitions: [...partitions] });
    await lambda.send(new InvokeCommand({ FunctionName: 'rank-compactor-dev', Payload }));
    lambda.destroy();
  }

  /** All items of the ranks: heads, logs, epochs and closed windows. */
  async ranks(): Promise<Item[]> {
    const items: Item[] = [];
    for await (const { Items = [] } of paginateScan(
      { client: this.stack.tables },
      { TableName: this.stack.output('ranks_table_name'), ConsistentRead: true },
    )) {
      items.push(...Items);
    }
    return items;
  }

  /** Runs `standings:rebuild --check` on the tables of this stack. */
  rebuildCheck(): Promise<CommandResult> {
    return this.rebuildStandings('--check');
  }

  /** Runs `standings:rebuild` on the tables of this stack. */
  rebuildStandings(...options: readonly string[]): Promise<CommandResult> {
    const boards = path.join(this.#folder, 'boards.json');
    return this.#run(REBUILD_STANDINGS, ['--boards', boards, ...options]);
  }

  /** Runs `boards:plan`, `boards:apply`, `boards:status` or `boards:abandon` on this stack. */
  boards(command: string, ...options: readonly string[]): Promise<CommandResult> {
    return this.#run(BOARDS, [command, ...options]);
  }

  /** A file beside those of the stack. */
  file(name: string): string {
    return path.join(this.#folder, name);
  }

  /** Runs `processor:rebuild` on the tables of this stack. */
  rebuildProcessedEvents(...options: readonly string[]): Promise<CommandResult> {
    return this.#run(REBUILD_PROCESSED_EVENTS, options);
  }

  async #run(program: string, options: readonly string[]): Promise<CommandResult> {
    const env = { ...process.env };
    // Jest's own flags are not for the program that it starts.
    delete env['NODE_OPTIONS'];
    const tables = ['--tables', path.join(this.#folder, 'stack.json')];
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        ['--conditions=@leaderboard/source', program, ...options, ...tables],
        { cwd: WORKSPACE_ROOT, env },
        (_error, stdout, stderr) => {
          resolve({ exitCode: child.exitCode ?? -1, output: stdout + stderr });
        },
      );
    });
  }

  /** The version at which each player's ledger ends. */
  async #heads(players: readonly string[]): Promise<Map<string, number>> {
    const keys = players.map((player) => processedEventKey(player, HEAD_SORT_KEY));
    const items = await this.#read('processed_events_table_name', keys);
    return new Map(items.map(toHead).map(({ playerId, version }) => [playerId, version]));
  }

  /** The version up to which each player's ledger is in the standings. */
  async #applied(players: readonly string[]): Promise<Map<string, number>> {
    const items = await this.#read('standings_table_name', players.map(playerKey));
    const { partitionKey } = STANDINGS_TABLE;
    return new Map(
      items.map((item) => [String(item[partitionKey.name]), toPlayer(item).applied?.version ?? 0]),
    );
  }

  #read(tableOutput: string, keys: readonly Item[]): Promise<Item[]> {
    return batchGet(keys, {
      client: this.stack.tables,
      tableName: this.stack.output(tableOutput),
      consistentRead: true,
      sleep,
      random: Math.random,
    });
  }
}

function sortKeyOf(item: Item): string {
  return String(item[STANDINGS_TABLE.sortKey.name]);
}
