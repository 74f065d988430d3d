import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { SpawnStackOptions } from '@leaderboard/local';
import { UNROUTED_INDEX } from '@leaderboard/tables';
import { LeaderboardStack } from './leaderboard-stack.ts';
import { until } from './until.ts';

export interface HttpResponse {
  status: number;
  headers: Headers;
  /** The body as JSON; undefined when it is empty. */
  body: unknown;
}

export interface WebhookEvent {
  event_id: string;
  transaction_type: 'payment' | 'refund' | 'dispute';
  amount: number;
  timestamp: string;
}

/** Transaction type → the output with the URL of its queue. */
export const QUEUE_OUTPUTS = {
  payment: 'payments_queue_url',
  refund: 'refunds_queue_url',
  dispute: 'disputes_queue_url',
} as const;

export type TransactionType = keyof typeof QUEUE_OUTPUTS;
export const TRANSACTION_TYPES = Object.keys(QUEUE_OUTPUTS) as TransactionType[];

/** A message of one of the three queues. */
export interface QueuedEvent {
  eventId: string | undefined;
  body: string;
}

/** The sweep takes up events after a second, and not after the six minutes that the router has on AWS. */
const SHORT_WAITS = { sweepMinAgeSeconds: '1' };

/** Starts the system before the tests of a `describe` and stops it after them. */
export function useIntakeStack(options: SpawnStackOptions = {}): IntakeStack {
  const intake = new IntakeStack();
  beforeAll(() => intake.start(options));
  afterAll(() => intake.stop());
  return intake;
}

/** The running system, seen from a client of its HTTP API and from the consumers of its queues. */
export class IntakeStack {
  readonly stack = new LeaderboardStack();

  start({ config, args = [], ...options }: SpawnStackOptions = {}): Promise<void> {
    return this.stack.start({
      // The sweep's own schedule would send again what a busy machine has not routed yet.
      schedulesOnDemand: true,
      ...options,
      config: { ...SHORT_WAITS, ...config },
      args: ['--async-retry-seconds', '0.1', ...args],
    });
  }

  stop(): Promise<void> {
    return this.stack.stop();
  }

  /** Sends a request; a body that is not a string is sent as JSON. */
  async post(
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<HttpResponse> {
    const response = await fetch(`${this.stack.output('api_endpoint')}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
  }

  postWebhook(event: unknown, headers?: Record<string, string>): Promise<HttpResponse> {
    return this.post('/webhook', event, headers);
  }

  postUpdates(updates: unknown, headers?: Record<string, string>): Promise<HttpResponse> {
    const key = this.stack.output('updates_api_key');
    return this.post('/updates', updates, { 'x-api-key': key, ...headers });
  }

  /** Every stored event. */
  async storedEvents(): Promise<Record<string, unknown>[]> {
    return this.#scan();
  }

  /** Accepted events that are not yet routed. */
  async unroutedEvents(): Promise<Record<string, unknown>[]> {
    return this.#scan(UNROUTED_INDEX.name);
  }

  /** Runs the sweep until every event is routed. */
  async sweepAll(): Promise<void> {
    await until('every accepted event is routed', async () => {
      if ((await this.unroutedEvents()).length === 0) return true;
      await this.stack.control.runSchedule(this.stack.output('event_sweep_schedule_name'));
      return false;
    });
  }

  /** Waits until every event is routed, without a sweep. */
  async routed(): Promise<void> {
    await until(
      'every accepted event is routed',
      async () => (await this.unroutedEvents()).length === 0,
    );
  }

  /** Takes every message out of the queue of a type. */
  async takeEvents(type: TransactionType): Promise<QueuedEvent[]> {
    return (await this.take(QUEUE_OUTPUTS[type])).map((message) => ({
      eventId: message.MessageAttributes?.['event_id']?.StringValue,
      body: message.Body ?? '',
    }));
  }

  /** Takes every message out of a queue, by the output with its URL. */
  async take(queueOutput: string): Promise<Message[]> {
    const QueueUrl = this.stack.output(queueOutput);
    const taken: Message[] = [];
    for (;;) {
      const { Messages = [] } = await this.stack.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) return taken;
      taken.push(...Messages);
      await this.stack.sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl,
          Entries: Messages.map(({ ReceiptHandle }, index) => ({
            Id: String(index),
            ReceiptHandle,
          })),
        }),
      );
    }
  }

  async #scan(IndexName?: string): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await this.stack.dynamodb.send(
        new ScanCommand({
          TableName: this.stack.output('transaction_events_table_name'),
          ...(IndexName !== undefined && { IndexName }),
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        }),
      );
      items.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return items;
  }
}

/** A valid event with a new id. */
export function webhookEvent(fields: Partial<WebhookEvent> = {}): WebhookEvent {
  return {
    event_id: `evt_${randomUUID()}`,
    transaction_type: 'payment',
    amount: 12.5,
    timestamp: '2026-11-21T09:30:00Z',
    ...fields,
  };
}

/** Runs a task for every item, `width` at a time. */
export async function inParallel<Item>(
  items: readonly Item[],
  width: number,
  task: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of queue) await task(item);
    }),
  );
}
