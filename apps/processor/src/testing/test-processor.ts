import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  PutItemCommand,
  QueryCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { DEFAULT_OCCURRED_AT_LIMITS, type LeaderboardUpdate } from '@leaderboard/contracts';
import type { DeadLetter, DeadLetterQueue } from '@leaderboard/function';
import { parseBoardDefinitions } from '@leaderboard/ranking';
import type { Context, SQSRecord } from 'aws-lambda';
import { DynamoDbLedgerStore, HEAD_SORT_KEY } from '../dynamodb-ledger-store.ts';
import type { MetricName } from '../metric-names.ts';
import { createQueueHandler } from '../queue-handler.ts';
import { LEDGER_TABLE, PROCESSED_EVENTS_TABLE, type DynamoDbEngine } from './dynamodb-engine.ts';
import { FaultInjector } from './fault-injection.ts';

export const MAX_RECEIVE_COUNT = 3;
export const MARKER_TTL_SECONDS = 60 * 86_400;
/** 2026-11-21T10:00:00Z */
export const START_MS = 1_795_255_200_000;

/** The edge to SQS: keeps the letters, or refuses the ones it is told to. */
export class InMemoryDeadLetterQueue implements DeadLetterQueue {
  readonly letters: DeadLetter[] = [];
  refuses: (letter: DeadLetter) => boolean = () => false;

  send(letter: DeadLetter): Promise<void> {
    if (this.refuses(letter)) return Promise.reject(new Error('the dead-letter queue is down'));
    this.letters.push(letter);
    return Promise.resolve();
  }
}

/** Keeps what would be printed for CloudWatch. */
export class CapturedMetrics extends Metrics {
  readonly published: Record<string, unknown>[] = [];

  override publishStoredMetrics(): this {
    if (this.hasStoredMetrics()) this.published.push({ ...this.serializeMetrics() });
    this.clearMetrics();
    return this;
  }

  /** Sum of a metric over everything that was published. */
  total(name: MetricName): number {
    return this.published.flatMap((emf) => emf[name] ?? []).reduce<number>(add, 0);
  }
}

function add(sum: number, value: unknown): number {
  return sum + Number(value);
}

/** The processor with a clock that only moves when it waits, and faults that come when they are planned. */
export class TestProcessor {
  readonly deadLetters = new InMemoryDeadLetterQueue();
  readonly metrics = new CapturedMetrics({ namespace: 'Test', serviceName: 'processor' });
  readonly faults: FaultInjector;
  readonly #client: DynamoDBClient;
  /** Reads what is there, past the faults. */
  readonly #reader: DynamoDBClient;
  /** ms since the epoch; set it to move the clock. */
  clockMs = START_MS;
  timeoutMs = 30_000;
  random = () => 0.5;

  constructor(engine: DynamoDbEngine) {
    this.#client = engine.createClient();
    this.#reader = engine.createClient();
    this.faults = new FaultInjector(this.#client);
  }

  /** @returns the message ids that go back to the queue */
  async handle(records: readonly SQSRecord[]): Promise<string[]> {
    const endMs = this.clockMs + this.timeoutMs;
    const handler = createQueueHandler({
      store: new DynamoDbLedgerStore({
        client: this.#client,
        ledgerTableName: LEDGER_TABLE,
        processedEventsTableName: PROCESSED_EVENTS_TABLE,
        markerTtlSeconds: MARKER_TTL_SECONDS,
      }),
      deadLetters: this.deadLetters,
      logger: new Logger({ logLevel: 'SILENT' }),
      metrics: this.metrics,
      occurredAtLimits: DEFAULT_OCCURRED_AT_LIMITS,
      boards: BOARDS,
      maxReceiveCount: MAX_RECEIVE_COUNT,
      now: () => this.clockMs,
      random: () => this.random(),
      sleep: (ms) => {
        this.clockMs += Math.ceil(ms);
        return Promise.resolve();
      },
    });
    const context = { getRemainingTimeInMillis: () => endMs - this.clockMs } as Context;
    const { batchItemFailures } = await handler({ Records: [...records] }, context);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  }

  /** A player's ledger in the order of its sort key. */
  async ledgerOf(playerId: string): Promise<Record<string, AttributeValue>[]> {
    const { Items } = await this.#reader.send(
      new QueryCommand({
        TableName: LEDGER_TABLE,
        ConsistentRead: true,
        KeyConditionExpression: 'player_id = :player',
        ExpressionAttributeValues: { ':player': { S: playerId } },
      }),
    );
    return Items ?? [];
  }

  async eventIdsOf(playerId: string): Promise<(string | undefined)[]> {
    return (await this.ledgerOf(playerId)).map((item) => item['event_id']?.S);
  }

  async versionsOf(playerId: string): Promise<number[]> {
    return (await this.ledgerOf(playerId)).map((item) => Number(item['version']?.N));
  }

  async processedEvent(
    playerId: string,
    eventId: string,
  ): Promise<Record<string, AttributeValue> | undefined> {
    const Keys = [{ player_id: { S: playerId }, event_id: { S: eventId } }];
    const command = new BatchGetItemCommand({
      RequestItems: { [PROCESSED_EVENTS_TABLE]: { Keys } },
    });
    return (await this.#reader.send(command)).Responses?.[PROCESSED_EVENTS_TABLE]?.[0];
  }

  /** Stores a marker as it is given, as another release of the processor might have. */
  async putMarker(
    playerId: string,
    eventId: string,
    attributes: Record<string, AttributeValue>,
  ): Promise<void> {
    const Item = { player_id: { S: playerId }, event_id: { S: eventId }, ...attributes };
    await this.#reader.send(new PutItemCommand({ TableName: PROCESSED_EVENTS_TABLE, Item }));
  }

  /** Loses a player's head, as a table restored by hand might. */
  async forgetHead(playerId: string): Promise<void> {
    const Key = { player_id: { S: playerId }, event_id: { S: HEAD_SORT_KEY } };
    await this.#reader.send(new DeleteItemCommand({ TableName: PROCESSED_EVENTS_TABLE, Key }));
  }
}

let nextNumber = 1;

/** A player id that no other test uses. */
export function newPlayer(): string {
  return `player-${nextNumber++}`;
}

export function update(
  playerId: string,
  eventId: string,
  changes: Partial<LeaderboardUpdate> = {},
): LeaderboardUpdate {
  return {
    player_id: playerId,
    event_id: eventId,
    game_id: 'chess',
    score: 10,
    update_type: 'score_update',
    occurred_at: new Date(START_MS - 1_000).toISOString(),
    metadata: {},
    ...changes,
  };
}

export interface RecordOptions {
  readonly group?: string;
  readonly receiveCount?: number;
  readonly sentAtMs?: number;
}

/** A queue record with this body; each has a message id and a sequence number of its own. */
export function queueRecord(body: string, group: string, options: RecordOptions = {}): SQSRecord {
  const number = nextNumber++;
  return {
    messageId: `message-${number}`,
    receiptHandle: `receipt-${number}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(options.receiveCount ?? 1),
      SentTimestamp: String(options.sentAtMs ?? START_MS),
      SenderId: 'test',
      ApproximateFirstReceiveTimestamp: String(START_MS),
      MessageGroupId: options.group ?? group,
      SequenceNumber: String(18_850_000_000_000_000_000n + BigInt(number)),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-west-1:000000000000:leaderboard-updates-test.fifo',
    awsRegion: 'us-west-1',
  };
}

export function updateRecord(sent: LeaderboardUpdate, options: RecordOptions = {}): SQSRecord {
  return queueRecord(JSON.stringify(sent), sent.player_id, options);
}

/** The record as the queue hands it out the next time. */
export function redelivered(record: SQSRecord, receiveCount: number): SQSRecord {
  return {
    ...record,
    attributes: { ...record.attributes, ApproximateReceiveCount: String(receiveCount) },
  };
}

/** One board that takes scores up to a million, in the game `bounded`. */
const BOARDS = parseBoardDefinitions({
  default_board: 'bounded',
  boards: [
    {
      id: 'bounded',
      scope: 'game',
      game_id: 'bounded',
      operator: 'best',
      order: 'desc',
      tie_break: 'earliest',
      windows: ['all_time'],
      max_score: 1_000_000,
    },
  ],
}).boards;
