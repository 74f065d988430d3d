import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ScanCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DeleteCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { LeaderboardUpdate } from '@leaderboard/contracts';
import type { SpawnStackOptions } from '@leaderboard/local';
import { afterAll, beforeAll } from '@jest/globals';
import type { LeaderboardApiClient } from './leaderboard-api-client.ts';
import { LeaderboardStack } from './leaderboard-stack.ts';
import { until, WAIT_MS } from './until.ts';
import type { OracleBoard, OracleUpdate, WindowName } from '../oracle/standings-oracle.ts';

/** A board of the file of board definitions. */
export interface BoardDefinition extends OracleBoard {
  readonly scope: 'all_games' | 'per_game' | 'game';
  readonly windows: readonly WindowName[];
  readonly shards?: number;
}

/** An update as the ledger holds it. */
export interface LedgerUpdate extends OracleUpdate {
  readonly event_id: string;
}

export interface RebuildResult {
  readonly exitCode: number;
  /** What it printed, to be shown when the code is not the expected one. */
  readonly output: string;
}

const WORKSPACE_ROOT = path.resolve(import.meta.dirname, '../../../..');
const REBUILD = path.join(WORKSPACE_ROOT, 'apps/standings/src/rebuild/main.ts');
const POLL_MS = 200;
/** Keys of one BatchGetItem (API reference of BatchGetItem). */
const BATCH_GET_KEYS = 100;
/** Messages on their way to the main queue at once, past the SDK. */
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
      const heads = await this.#versions('processed_events_table_name', 'event_id', '#head', ids);
      const applied = await this.#versions('standings_table_name', 'board_window', '#applied', ids);
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
      const { Items = [] } = await this.stack.dynamodb.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'player_id = :progress AND begins_with(board_window, :retry)',
          ExpressionAttributeValues: { ':progress': '#progress', ':retry': 'retry-' },
          ConsistentRead: true,
        }),
      );
      const isShared = ({ player }: (typeof Items)[number]) => player === '';
      for (const { player_id, board_window } of Items.filter(isShared)) {
        await this.stack.dynamodb.send(
          new DeleteCommand({ TableName, Key: { player_id, board_window } }),
        );
      }
      return Items.every((note) => isShared(note) || Number(note['until']) < Date.now());
    });
  }

  /** The whole ledger, with each score as its stored digits. */
  async ledger(): Promise<LedgerUpdate[]> {
    const updates: LedgerUpdate[] = [];
    let from: Record<string, AttributeValue> | undefined;
    do {
      const page = await this.stack.dynamodb.send(
        new ScanCommand({
          TableName: this.stack.output('dynamodb_table_name'),
          ConsistentRead: true,
          ExclusiveStartKey: from,
        }),
      );
      updates.push(...(page.Items ?? []).map(toLedgerUpdate));
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return updates;
  }

  /** On which boards and in which periods a player has standings, in the order of their keys. */
  async boardWindowsOf(player: string): Promise<string[]> {
    const { Items = [] } = await this.stack.dynamodb.send(
      new QueryCommand({
        TableName: this.stack.output('standings_table_name'),
        KeyConditionExpression: 'player_id = :player',
        FilterExpression: 'attribute_exists(rank_key)',
        ExpressionAttributeValues: { ':player': player },
        ConsistentRead: true,
      }),
    );
    return Items.map((item) => String(item['board_window']));
  }

  /** Runs `standings:rebuild --check` on the tables of this stack. */
  async rebuildCheck(): Promise<RebuildResult> {
    const env = { ...process.env };
    // Jest's own flags are not for the program that it starts.
    delete env['NODE_OPTIONS'];
    const options = [
      ...['--check', '--tables', path.join(this.#folder, 'stack.json')],
      ...['--boards', path.join(this.#folder, 'boards.json')],
    ];
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        ['--conditions=@leaderboard/source', REBUILD, ...options],
        { cwd: WORKSPACE_ROOT, env },
        (_error, stdout, stderr) => {
          resolve({ exitCode: child.exitCode ?? -1, output: stdout + stderr });
        },
      );
    });
  }

  async #versions(
    tableOutput: string,
    sortKey: string,
    sortValue: string,
    players: readonly string[],
  ): Promise<Map<string, number>> {
    const table = this.stack.output(tableOutput);
    const versions = new Map<string, number>();
    for (let start = 0; start < players.length; start += BATCH_GET_KEYS) {
      const { Responses = {} } = await this.stack.dynamodb.send(
        new BatchGetCommand({
          RequestItems: {
            [table]: {
              Keys: players
                .slice(start, start + BATCH_GET_KEYS)
                .map((player_id) => ({ player_id, [sortKey]: sortValue })),
              ConsistentRead: true,
            },
          },
        }),
      );
      for (const item of Responses[table] ?? []) {
        versions.set(String(item['player_id']), Number(item['version']));
      }
    }
    return versions;
  }
}

function toLedgerUpdate(item: Record<string, AttributeValue>): LedgerUpdate {
  return {
    player_id: item['player_id']?.S ?? '',
    event_id: item['event_id']?.S ?? '',
    version: Number(item['version']?.N),
    game_id: item['game_id']?.S ?? '',
    update_type: item['update_type']?.S ?? '',
    score: item['score']?.N ?? '',
    occurred_at: item['occurred_at']?.S ?? '',
  };
}
