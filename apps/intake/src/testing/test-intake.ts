import {
  GetItemCommand,
  paginateScan,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { TransactionType } from '@leaderboard/contracts';
import type { UNROUTED_INDEX } from '../events/dynamodb-event-store.ts';
import { DynamoDbEventStore, DynamoDbRoutedMarks } from '../events/dynamodb-event-store.ts';
import type { RouterPayload } from '../router/router-payload.ts';
import { routeEvent, type EventQueues } from '../router/route-event.ts';
import type { SecretCache } from '../validator/secret-cache.ts';
import { sweep, type SweepReport } from '../sweep/sweep.ts';
import { acceptWebhook } from '../validator/accept-webhook.ts';
import { CapturedTelemetry } from './captured-telemetry.ts';
import { EVENTS_TABLE } from './dynamodb-engine.ts';
import { httpRequest, readAnswer, type Answer, type RequestOptions } from './http.ts';

export const TTL_SECONDS = 30 * 86_400;
export const MIN_AGE_MS = 360_000;
/** 2026-11-21T10:00:00Z */
export const START_MS = 1_795_255_200_000;

export interface QueuedMessage {
  readonly eventId: string;
  readonly body: string;
}

/** The edge to SQS. */
export class InMemoryQueues implements EventQueues {
  readonly payment: QueuedMessage[] = [];
  readonly refund: QueuedMessage[] = [];
  readonly dispute: QueuedMessage[] = [];

  send(transactionType: TransactionType, eventId: string, body: string): Promise<void> {
    this[transactionType].push({ eventId, body });
    return Promise.resolve();
  }
}

/**
 * Runs an operation and, as often as chance has it, fails before it or loses its answer.
 */
export type Mishap = <T>(operation: () => Promise<T>) => Promise<T>;

/** The three functions over a real table, with a clock and mishaps that the test decides. */
export class TestIntake {
  readonly queues = new InMemoryQueues();
  readonly telemetry = new CapturedTelemetry();
  /** What the validator handed to the router's asynchronous queue. */
  readonly invocations: RouterPayload[] = [];
  clockMs = START_MS;
  secrets: SecretCache | undefined;
  mishap: Mishap = (operation) => operation();
  readonly #client: DynamoDBClient;
  readonly #events: DynamoDbEventStore;
  readonly #marks: DynamoDbRoutedMarks;

  constructor(client: DynamoDBClient) {
    this.#client = client;
    this.#events = new DynamoDbEventStore(client, EVENTS_TABLE);
    this.#marks = new DynamoDbRoutedMarks(client, EVENTS_TABLE, TTL_SECONDS);
  }

  async post(body: unknown, options: RequestOptions = {}): Promise<Answer> {
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
    return readAnswer(result);
  }

  async route(payload: unknown): Promise<string> {
    return routeEvent(payload, this.#routeDependencies());
  }

  async sweep(remainingMs: () => number = () => 60_000): Promise<SweepReport> {
    return sweep({
      ...this.#routeDependencies(),
      events: {
        findUnrouted: (...query) => this.#events.findUnrouted(...query),
        readUnrouted: (eventId) => this.mishap(() => this.#events.readUnrouted(eventId)),
      },
      minAgeMs: MIN_AGE_MS,
      remainingMs,
    });
  }

  async item(eventId: string): Promise<Record<string, AttributeValue> | undefined> {
    const Key = { event_id: { S: eventId } };
    const command = new GetItemCommand({ TableName: EVENTS_TABLE, Key, ConsistentRead: true });
    return (await this.#client.send(command)).Item;
  }

  /** Items in the table, or in its sparse index. */
  async countItems(index?: typeof UNROUTED_INDEX): Promise<number> {
    let count = 0;
    const pages = paginateScan(
      { client: this.#client },
      { TableName: EVENTS_TABLE, Select: 'COUNT', ...(index && { IndexName: index }) },
    );
    for await (const { Count = 0 } of pages) count += Count;
    return count;
  }

  #routeDependencies() {
    return {
      queues: {
        send: (type: TransactionType, eventId: string, body: string) =>
          this.mishap(() => this.queues.send(type, eventId, body)),
      },
      marks: {
        markRouted: (eventId: string, bodyHash: string, routedAtMs: number) =>
          this.mishap(() => this.#marks.markRouted(eventId, bodyHash, routedAtMs)),
      },
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
