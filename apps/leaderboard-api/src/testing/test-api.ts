import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BoardDefinition } from '@leaderboard/ranking';
import type { Context } from 'aws-lambda';
import type { ApiHandler } from '../http/router.ts';
import { createFunction } from '../create-function.ts';
import type { MetricName } from '../metric-names.ts';
import { checkAnswer } from './response-schemas.ts';
import { RANK_INDEX, type DynamoDbEngine } from './dynamodb-engine.ts';
import { NOW_MS, TestTables } from './test-tables.ts';

/** Keeps what would be printed for CloudWatch. */
export class CapturedMetrics extends Metrics {
  #published: Record<string, unknown>[] = [];

  override publishStoredMetrics(): this {
    this.#published.push({ ...this.serializeMetrics() });
    this.clearMetrics();
    return this;
  }

  /** Sum of a metric since the last call. */
  take(name: MetricName): number {
    const total = this.#published
      .flatMap((emf) => emf[name] ?? [])
      .reduce<number>((sum, value) => sum + Number(value), 0);
    this.#published = [];
    return total;
  }
}

/** An answer, checked against its schema. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Parsed, each score as its digits. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the schema says what it is, and tests compare it
  readonly body: any;
}

export const CONTEXT = { awsRequestId: 'request', functionName: 'api' } as Context;

/** The read API on tables of its own. */
export class TestApi {
  readonly client: DynamoDBClient;
  readonly tables: TestTables;
  readonly metrics = new CapturedMetrics({ namespace: 'Test', serviceName: 'api' });
  readonly handler: ApiHandler;
  /** ms since the epoch; set it to move the clock. */
  clockMs = NOW_MS;
  /** What the queues say about themselves. */
  isQueueEmpty: () => Promise<boolean> = () => Promise.resolve(true);
  areDeadLettersGone: () => Promise<boolean> = () => Promise.resolve(true);
  arePipeDeadLettersGone: () => Promise<boolean> = () => Promise.resolve(true);

  private constructor(
    client: DynamoDBClient,
    tables: TestTables,
    names: { ledger: string; standings: string; snapshots: string },
    definitions: readonly BoardDefinition[],
  ) {
    this.client = client;
    this.tables = tables;
    this.handler = createFunction(
      {
        standingsTableName: names.standings,
        rankIndexName: RANK_INDEX,
        ledgerTableName: names.ledger,
        snapshotsTableName: names.snapshots,
        boards: { default_board: 'GLOBAL', boards: definitions },
      },
      {
        client,
        queues: {
          updates: { isEmpty: () => this.isQueueEmpty() },
          deadLetters: { isEmpty: () => this.areDeadLettersGone() },
          pipeDeadLetters: { isEmpty: () => this.arePipeDeadLettersGone() },
        },
        logger: new Logger({ logLevel: 'SILENT' }),
        metrics: this.metrics,
        openapi: { openapi: '3.1.1' },
        now: () => this.clockMs,
        random: () => 0.5,
        sleep: () => Promise.resolve(),
      },
    );
  }

  /** @param isComplete whether the standings are noted as complete and as projected an hour ago, as of a stack at rest */
  static async create(
    engine: DynamoDbEngine,
    definitions: readonly BoardDefinition[],
    { isComplete = true } = {},
  ): Promise<TestApi> {
    const names = await engine.createTables();
    const tables = new TestTables(engine.createClient(), names, definitions);
    if (isComplete) {
      await tables.recordProgress(0, NOW_MS - 3_600_000, 0);
      await tables.recordCompleteness(definitions);
    }
    return new TestApi(engine.createClient(), tables, names, definitions);
  }

  /** A GET through the event of a function URL. */
  async get(url: string, headers: Record<string, string> = {}): Promise<TestAnswer> {
    const [rawPath = '', rawQueryString = ''] = url.split('?');
    const result = await this.handler(urlEvent(rawPath, rawQueryString, headers), CONTEXT);
    const text = result.body ?? '';
    const status = result.statusCode ?? 0;
    const body = text === '' ? undefined : parseWithDigits(text);
    if (text !== '' && status < 500) checkAnswer(rawPath, status, JSON.parse(text));
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

/** A board definition, complete. */
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
