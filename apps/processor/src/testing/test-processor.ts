import { setImmediate } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { DEFAULT_OCCURRED_AT_LIMITS, type LeaderboardUpdate } from '@leaderboard/contracts';
import type { ProcessorMetric } from '@leaderboard/contracts/metrics';
import type { DeadLetter, DeadLetterQueue, Delivery } from '@leaderboard/function';
import { parseBoardDefinitions } from '@leaderboard/ranking';
import {
  documentClient,
  HEAD_SORT_KEY,
  LEDGER_TABLE,
  processedEventKey,
  queryOf,
  type Item,
} from '@leaderboard/tables';
import { createTables } from '@leaderboard/tables/testing';
import { startDynamoDbEngine, type DynamoDbEngine } from '@leaderboard/testing/dynamodb-engine';
import { CapturedMetrics } from '@leaderboard/testing/telemetry';
import type { Context, SQSRecord } from 'aws-lambda';
import { LedgerStore } from '../ledger-store.ts';
import { createQueueHandler } from '../queue-handler.ts';
import { FaultInjector, isWrite, type Request } from './fault-injection.ts';
import { START_MS } from './records.ts';

export const TABLES = { ledger: 'leaderboard-data-test', processedEvents: 'processed-events-test' };
export const MAX_RECEIVE_COUNT = 3;
export const MARKER_TTL_SECONDS = 60 * 86_400;

/** A ledger item as a reader with default settings sees it. */
export interface LedgerItem extends LeaderboardUpdate {
  readonly timestamp: number;
  readonly processing_timestamp: number;
  readonly message_id: string;
  readonly version: number;
  readonly sequence_number: string;
}

/** The edge to SQS: keeps the letters, or refuses the ones it is told to. */
export class InMemoryDeadLetterQueue implements DeadLetterQueue {
  readonly letters: DeadLetter[] = [];
  refuses: (letter: DeadLetter) => boolean = () => false;
  /** Happens at each request. */
  requested: (letters: readonly DeadLetter[]) => void = () => undefined;

  send(letters: readonly DeadLetter[]): Promise<Delivery> {
    this.requested(letters);
    const refused = letters.findIndex((letter) => this.refuses(letter));
    const accepted = refused < 0 ? letters.length : refused;
    this.letters.push(...letters.slice(0, accepted));
    const error = new Error('the dead-letter queue is down');
    return Promise.resolve({ accepted, ...(refused >= 0 && { error }) });
  }
}

/**
 * Sets up a processor on a DynamoDB engine for the tests of a file. It is new before each test; the tables stay, so each
 * test uses its own players.
 *
 * @example
 * const processor = useProcessor();
 * test('…', async () => {
 *   expect(await processor.handle([updateRecord(update(newPlayer(), 'e1'))])).toEqual([]);
 * });
 */
export function useProcessor(): TestProcessor {
  let engine: DynamoDbEngine | undefined;
  const processor = new TestProcessor(() => {
    if (engine === undefined) throw new Error('Use the processor in tests and hooks only.');
    return engine;
  });
  beforeAll(async () => {
    engine = await startDynamoDbEngine();
    await createTables(engine.client, TABLES);
  });
  afterAll(() => engine?.stop());
  beforeEach(() => {
    processor.reset();
  });
  return processor;
}

/** The processor with a clock that only moves when it waits, and faults that come when they are planned. */
export class TestProcessor {
  deadLetters = new InMemoryDeadLetterQueue();
  metrics = new CapturedMetrics<ProcessorMetric>();
  faults = new FaultInjector();
  /** ms since the epoch; set it to move the clock. */
  clockMs = START_MS;
  timeoutMs = 30_000;
  random = () => 0.5;
  readonly #engine: () => DynamoDbEngine;
  /** When those who sleep wake, in ms since the epoch. */
  readonly #wakeTimes = new Set<number>();
  /** Its requests pass through the faults. */
  #client: DynamoDBDocumentClient | undefined;

  constructor(engine: () => DynamoDbEngine) {
    this.#engine = engine;
  }

  /** Starts again with the same tables: no faults, no dead letters, the clock at its start. */
  reset(): void {
    this.deadLetters = new InMemoryDeadLetterQueue();
    this.metrics = new CapturedMetrics<ProcessorMetric>();
    this.faults = new FaultInjector();
    this.clockMs = START_MS;
    this.timeoutMs = 30_000;
    this.random = () => 0.5;
    this.#client = undefined;
  }

  /** Another processor on the same tables. */
  another(): TestProcessor {
    return new TestProcessor(this.#engine);
  }

  /** @returns the message ids that go back to the queue */
  async handle(records: readonly SQSRecord[]): Promise<string[]> {
    const endMs = this.clockMs + this.timeoutMs;
    this.#client ??= documentClient(this.faults.watch(this.#engine().createClient()));
    const handler = createQueueHandler({
      store: new LedgerStore({
        client: this.#client,
        ledgerTableName: TABLES.ledger,
        processedEventsTableName: TABLES.processedEvents,
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
      sleep: (ms) => this.#sleep(ms),
    });
    const context = { getRemainingTimeInMillis: () => endMs - this.clockMs } as Context;
    const { batchItemFailures } = await handler({ Records: [...records] }, context);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  }

  /** Time passes only while nothing is under way to DynamoDB, so that a group that waits takes none from the others. */
  async #sleep(ms: number): Promise<void> {
    const wakesAtMs = this.clockMs + Math.ceil(ms);
    this.#wakeTimes.add(wakesAtMs);
    do await setImmediate();
    while (this.faults.underWay > 0 || Math.min(...this.#wakeTimes) < wakesAtMs);
    this.#wakeTimes.delete(wakesAtMs);
    this.clockMs = Math.max(this.clockMs, wakesAtMs);
  }

  /** The transactions so far. */
  get writes(): Request[] {
    return this.faults.requests.filter(isWrite);
  }

  /** Message id and error type of each dead letter, in order. */
  get deadLettered(): [messageId: string, errorType: string][] {
    return this.deadLetters.letters.map(({ record, errorType }) => [record.messageId, errorType]);
  }

  /** A player's ledger in the order of its sort key. */
  async ledgerOf(playerId: string): Promise<LedgerItem[]> {
    const query = queryOf(LEDGER_TABLE, playerId);
    const command = new QueryCommand({ TableName: TABLES.ledger, ConsistentRead: true, ...query });
    return ((await this.#tables.send(command)).Items ?? []) as LedgerItem[];
  }

  async eventIdsOf(playerId: string): Promise<string[]> {
    return (await this.ledgerOf(playerId)).map(({ event_id }) => event_id);
  }

  async versionsOf(playerId: string): Promise<number[]> {
    return (await this.ledgerOf(playerId)).map(({ version }) => version);
  }

  async processedEvent(playerId: string, eventId: string): Promise<Item | undefined> {
    const Key = processedEventKey(playerId, eventId);
    const command = new GetCommand({
      TableName: TABLES.processedEvents,
      Key,
      ConsistentRead: true,
    });
    return (await this.#tables.send(command)).Item;
  }

  /** Stores an item of the processed events, as another release of the processor might have. */
  async putProcessedEvent(playerId: string, eventId: string, attributes: Item): Promise<void> {
    const Item = { ...processedEventKey(playerId, eventId), ...attributes };
    await this.#tables.send(new PutCommand({ TableName: TABLES.processedEvents, Item }));
  }

  /** Stores an item in the ledger, past the processor. */
  async putLedgerItem(playerId: string, attributes: Item): Promise<void> {
    const Item = { [LEDGER_TABLE.partitionKey.name]: playerId, ...attributes };
    await this.#tables.send(new PutCommand({ TableName: TABLES.ledger, Item }));
  }

  /** Loses a player's head, as a table restored by hand might. */
  async removeHead(playerId: string): Promise<void> {
    const Key = processedEventKey(playerId, HEAD_SORT_KEY);
    await this.#tables.send(new DeleteCommand({ TableName: TABLES.processedEvents, Key }));
  }

  /** A client past the faults. */
  get client(): DynamoDBClient {
    return this.#engine().client;
  }

  /** Variables with which another process reaches the tables. */
  get environment(): Record<string, string> {
    return this.#engine().environment;
  }

  /** A client of its own, past the faults. */
  createClient(): DynamoDBClient {
    return this.#engine().createClient();
  }

  get #tables(): DynamoDBDocumentClient {
    return DynamoDBDocumentClient.from(this.client);
  }
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
