import { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { ApiMetric } from '@leaderboard/contracts/metrics';
import type { BoardDefinition, BoardDefinitions } from '@leaderboard/ranking';
import { MemoryRunStore } from '@leaderboard/ranks/testing';
import { createTables } from '@leaderboard/tables/testing';
import { startDynamoDbEngine, type DynamoDbEngine } from '@leaderboard/testing/dynamodb-engine';
import { CapturedMetrics } from '@leaderboard/testing/telemetry';
import type { Context } from 'aws-lambda';
import { createReadApi } from '../create-read-api.ts';
import type { ApiHandler } from '../http/api.ts';
import { checkResponse } from './response-schemas.ts';
import { NOW_MS, TestTables, type TableNames } from './test-tables.ts';

/** A response, checked against its schema. */
export interface TestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON as it was sent. */
  readonly text: string;
  /** Parsed, each score as its digits. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the schema says what it is, and tests compare it
  readonly body: any;
}

/** Creates a read API with these boards on its own tables. */
export type CreateApi = (
  definitions: readonly BoardDefinition[],
  options?: { readonly isComplete?: boolean },
) => Promise<TestApi>;

/**
 * Runs a DynamoDB engine for the tests of a file.
 *
 * @example
 * const createApi = useApi();
 * test('…', async () => {
 *   const api = await createApi([definition()]);
 *   await api.tables.play([{ player_id: 'ada', score: 1, … }]);
 *   expect((await api.get('/leaderboards/GLOBAL')).body).toMatchObject({ total: 1 });
 * });
 */
export function useApi(): CreateApi {
  let engine: DynamoDbEngine;
  const apis: TestApi[] = [];
  let stacks = 0;
  beforeAll(async () => {
    engine = await startDynamoDbEngine();
  });
  afterAll(async () => {
    for (const { client } of apis) client.destroy();
    await engine.stop();
  });
  return async (definitions, options) => {
    stacks += 1;
    const api = await TestApi.create(engine, stacks, definitions, options);
    apis.push(api);
    return api;
  };
}

export const CONTEXT = { awsRequestId: 'request', functionName: 'api' } as Context;

/** The read API on its own tables. */
export class TestApi {
  readonly client: DynamoDBClient;
  readonly tables: TestTables;
  readonly metrics = new CapturedMetrics<ApiMetric>();
  handler: ApiHandler;
  /** The boards of the deployment; a change counts from the next {@link restart}. */
  deployed: BoardDefinitions;
  /** Sees the input of each request to DynamoDB. */
  onRequest: (input: unknown) => void = () => undefined;
  readonly #create: () => ApiHandler;
  /** ms since the epoch; set it to move the clock. */
  clockMs = NOW_MS;
  /** The state of the queues. */
  isQueueEmpty: () => Promise<boolean> = () => Promise.resolve(true);
  arePipeDeadLettersGone: () => Promise<boolean> = () => Promise.resolve(true);

  private constructor(
    client: DynamoDBClient,
    tables: TestTables,
    names: TableNames,
    definitions: readonly BoardDefinition[],
  ) {
    this.client = client;
    this.tables = tables;
    this.deployed = { default_board: 'GLOBAL', boards: definitions };
    client.middlewareStack.add(
      (next) => (args) => {
        this.onRequest(args.input);
        return next(args);
      },
      { step: 'initialize', name: 'onRequest' },
    );
    this.#create = () =>
      createReadApi(
        {
          standingsTableName: names.standings,
          ranksTableName: names.ranks,
          ledgerTableName: names.ledger,
          snapshotsTableName: names.snapshots,
          boards: this.deployed,
        },
        {
          client,
          queues: {
            updates: { isEmpty: () => this.isQueueEmpty() },
            pipeDeadLetters: { isEmpty: () => this.arePipeDeadLettersGone() },
          },
          runs: tables.runs,
          // Runs of tests have several segments too.
          wholeBytes: 500,
          logger: new Logger({ logLevel: 'SILENT' }),
          metrics: this.metrics,
          openapi: { openapi: '3.1.1' },
          now: () => this.clockMs,
          random: () => 0.5,
          sleep: (ms) => {
            this.clockMs += ms;
            return Promise.resolve();
          },
        },
      );
    this.handler = this.#create();
  }

  /** A new instance, which has nothing in memory. */
  restart(): void {
    this.handler = this.#create();
  }

  /** @param isComplete whether a note says that the standings are complete and were projected an hour ago */
  static async create(
    engine: DynamoDbEngine,
    stack: number,
    definitions: readonly BoardDefinition[],
    { isComplete = true } = {},
  ): Promise<TestApi> {
    const names = await createTables(engine.client, {
      ledger: `leaderboard-data-${stack}`,
      standings: `standings-${stack}`,
      ranks: `leaderboard-ranks-${stack}`,
      snapshots: `leaderboard-snapshots-${stack}`,
    });
    const tables = new TestTables(engine.createClient(), names, definitions, new MemoryRunStore());
    if (isComplete) {
      await tables.recordProgress(0, NOW_MS - 3_600_000, 0);
      await tables.recordCompleteness(definitions);
    }
    return new TestApi(engine.createClient(), tables, names, definitions);
  }

  /** Status and message of a GET that must fail; no cache may keep it. */
  async errorOf(url: string): Promise<[status: number, message: string]> {
    const { status, body, headers } = await this.get(url);
    expect(headers['cache-control']).toBe('no-store');
    return [status, body.error];
  }

  /** A GET through the event of a function URL. */
  async get(url: string, headers: Record<string, string> = {}): Promise<TestResponse> {
    const [rawPath = '', rawQueryString = ''] = url.split('?');
    const result = await this.handler(urlEvent(rawPath, rawQueryString, headers), CONTEXT);
    const text = result.body ?? '';
    const status = result.statusCode ?? 0;
    const body = text === '' ? undefined : parseWithDigits(text);
    if (text !== '' && status < 500) checkResponse(rawPath, status, JSON.parse(text));
    return { status, headers: result.headers as Record<string, string>, text, body };
  }
}

export function urlEvent(
  rawPath: string,
  rawQueryString = '',
  headers: Record<string, string> = {},
  method = 'GET',
) {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers: { host: 'abc.lambda-url.us-west-1.on.aws', ...headers },
    requestContext: { http: { method, path: rawPath } },
    isBase64Encoded: false,
  };
}

/** A complete board definition. */
export function definition(changes: Partial<BoardDefinition> = {}): BoardDefinition {
  return {
    id: 'GLOBAL',
    scope: 'all_games',
    operator: 'sum',
    order: 'desc',
    tie_break: 'earliest',
    windows: ['all_time', 'weekly'],
    shards: 1,
    ...changes,
  } as BoardDefinition;
}

function parseWithDigits(text: string): unknown {
  const keepDigits = (key: string, value: unknown, { source }: { source?: string }) =>
    key === 'score' ? source : value;
  return JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown);
}
