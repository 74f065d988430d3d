import { GetItemCommand, paginateScan, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TransactionType } from '@leaderboard/contracts';
import { UNROUTED_INDEX, documentClient, type Attributes } from '@leaderboard/tables';
import { createTables } from '@leaderboard/tables/testing';
import { EventStore } from '../events/event-store.ts';
import type { EventQueues } from '../router/event-queues.ts';
import { routeEvent, type RouteDependencies } from '../router/route-event.ts';
import type { RouterPayload } from '../router/router-payload.ts';
import { sweep, type SweepReport } from '../sweep/sweep.ts';
import { acceptWebhook } from '../validator/accept-webhook.ts';
import type { SecretCache } from '../validator/secret-cache.ts';
import { CapturedTelemetry } from './captured-telemetry.ts';
import { httpRequest, readResponse, type RequestOptions, type Response } from './http.ts';

export const TTL_SECONDS = 30 * 86_400;
export const MIN_AGE_MS = 360_000;
/** 2026-11-21T10:00:00Z */
export const START_MS = 1_795_255_200_000;

export interface QueuedMessage {
  readonly eventId: string;
  readonly body: string;
}

/** The three queues, in memory. */
export class InMemoryQueues implements Pick<EventQueues, 'send'> {
  readonly payment: QueuedMessage[] = [];
  readonly refund: QueuedMessage[] = [];
  readonly dispute: QueuedMessage[] = [];

  send(transactionType: TransactionType, eventId: string, body: string): Promise<void> {
    this[transactionType].push({ eventId, body });
    return Promise.resolve();
  }
}

/** Runs an operation, or fails before it, or fails after it: then the operation took place, and its response is lost. */
export type Mishap = <T>(operation: () => Promise<T>) => Promise<T>;

/** Validator, router and sweep on a real table, with the clock and the mishaps of the test. */
export class TestIntake {
  readonly queues = new InMemoryQueues();
  readonly telemetry = new CapturedTelemetry();
  /** What the validator sent to the router's asynchronous queue. */
  readonly invocations: RouterPayload[] = [];
  clockMs = START_MS;
  secrets: SecretCache | undefined;
  mishap: Mishap = (operation) => operation();
  /** Makes every request to the table, so that a test can watch or break them. */
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly #events: EventStore;

  private constructor(client: DynamoDBClient, tableName: string) {
    this.client = client;
    this.tableName = tableName;
    this.#events = new EventStore(documentClient(client), tableName);
  }

  /** An intake with an empty table. */
  static async create(client: DynamoDBClient, tableName: string): Promise<TestIntake> {
    await createTables(client, { transactionEvents: tableName });
    return new TestIntake(client, tableName);
  }

  async post(body: unknown, options: RequestOptions = {}): Promise<Response> {
    const result = await acceptWebhook(httpRequest(body, options), {
      events: { insert: (event) => this.mishap(() => this.#events.insert(event)) },
      router: {
        invoke: (payload) =>
          this.mishap(() => {
            this.invocations.push(payload);
            return Promise.resolve();
          }),
      },
      secrets: this.secrets,
      now: () => this.clockMs,
      telemetry: this.telemetry,
    });
    return readResponse(result);
  }

  async route(payload: unknown): Promise<string> {
    return routeEvent(payload, this.#routeDependencies());
  }

  async sweep(remainingMs: () => number = () => 60_000): Promise<SweepReport> {
    const routing = this.#routeDependencies();
    return sweep({
      ...routing,
      events: {
        ...routing.events,
        findUnrouted: (query) => this.#events.findUnrouted(query),
        readUnrouted: (eventId) => this.mishap(() => this.#events.readUnrouted(eventId)),
      },
      minAgeMs: MIN_AGE_MS,
      remainingMs,
    });
  }

  /** An event as DynamoDB stores it, independent of the code that reads it. */
  async item(eventId: string): Promise<Attributes | undefined> {
    const Key = { event_id: { S: eventId } };
    const command = new GetItemCommand({ TableName: this.tableName, Key, ConsistentRead: true });
    return (await this.client.send(command)).Item;
  }

  /** Events in the table. */
  countEvents(): Promise<number> {
    return this.#count();
  }

  /** Events in the index of unrouted events. */
  countUnrouted(): Promise<number> {
    return this.#count(UNROUTED_INDEX.name);
  }

  async #count(IndexName?: string): Promise<number> {
    let count = 0;
    const pages = paginateScan(
      { client: this.client },
      { TableName: this.tableName, Select: 'COUNT', ...(IndexName && { IndexName }) },
    );
    for await (const { Count = 0 } of pages) count += Count;
    return count;
  }

  #routeDependencies(): RouteDependencies {
    return {
      queues: {
        send: (...message) => this.mishap(() => this.queues.send(...message)),
      },
      events: {
        markRouted: (...mark) => this.mishap(() => this.#events.markRouted(...mark)),
      },
      eventTtlSeconds: TTL_SECONDS,
      now: () => this.clockMs,
      telemetry: this.telemetry,
    };
  }
}

let nextEvent = 1;

/** A valid event with an id that no other test uses. */
export function webhookEvent(changes: Record<string, unknown> = {}) {
  return {
    event_id: `evt_${nextEvent++}`,
    transaction_type: 'payment',
    amount: 12.5,
    timestamp: '2026-11-21T09:30:00Z',
    ...changes,
  };
}
