import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';

import { spawnStack, type SpawnedStack, type SpawnStackOptions } from '../src/spawn-stack.ts';
import { StackControl } from '../src/stack-control.ts';
import { HANG_TIMEOUT_MS } from '@leaderboard/testing/test-form';

export function fixtureProgram(name: string): string {
  return fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
}

/** One line that the fixture's function wrote down. */
export interface LogEntry {
  readonly event: string;
  readonly id: string;
  readonly at: number;
  readonly receiveCount: number;
  readonly invocations: number;
  readonly [key: string]: unknown;
}

export interface Order {
  readonly id: string;
  readonly do: string;
  readonly group?: string;
  readonly [key: string]: unknown;
}

/** The fixture program on a running stack, with clients for it. */
export class StackFixture {
  readonly spawned: SpawnedStack;
  readonly control: StackControl;
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;

  private constructor(spawned: SpawnedStack) {
    this.spawned = spawned;
    this.control = new StackControl(spawned.stack);
    const { region, endpoints } = spawned.stack;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    this.sqs = new SQSClient({ region, endpoint: endpoints.sqs, credentials });
    this.dynamodb = new DynamoDBClient({ region, endpoint: endpoints.dynamodb, credentials });
  }

  static async start(options: SpawnStackOptions = {}): Promise<StackFixture> {
    return new StackFixture(
      await spawnStack({ program: fixtureProgram('program.ts'), faults: true, ...options }),
    );
  }

  async stop(): Promise<void> {
    this.sqs.destroy();
    this.dynamodb.destroy();
    await this.spawned.stop();
  }

  output(name: string): string {
    return String(this.spawned.stack.outputs[name]);
  }

  async send(order: Order, extra: Partial<SendMessageCommandInput> = {}): Promise<string> {
    const queueUrl = this.output('queue_url');
    const { MessageId } = await this.sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(order),
        ...(queueUrl.endsWith('.fifo') && {
          MessageGroupId: order.group ?? order.id,
          MessageDeduplicationId: order.id,
        }),
        ...extra,
      }),
    );
    return String(MessageId);
  }

  async log(): Promise<LogEntry[]> {
    const lines = await this.logLines();
    return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogEntry);
  }

  logLines(): Promise<string[]> {
    return this.control.logLines(`/aws/lambda/${this.output('function_name')}`).catch(() => []);
  }

  /** What the function wrote down about one order. */
  async entries(event: string, id: string): Promise<LogEntry[]> {
    return (await this.log()).filter((entry) => entry.event === event && entry.id === id);
  }

  async receiveDeadLetter(): Promise<Message | undefined> {
    const { Messages } = await this.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.output('dead_letter_queue_url'),
        MessageSystemAttributeNames: ['All'],
        WaitTimeSeconds: 1,
      }),
    );
    return Messages?.[0];
  }

  /** Messages of the queue that are neither deleted nor moved, in flight or not. */
  async messagesLeft(): Promise<number> {
    const { Attributes } = await this.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: this.output('queue_url'),
        AttributeNames: ['All'],
      }),
    );
    return (
      Number(Attributes?.['ApproximateNumberOfMessages']) +
      Number(Attributes?.['ApproximateNumberOfMessagesNotVisible'])
    );
  }
}

/** Asks again until there is an answer. */
export async function eventually<Value>(
  probe: () => Promise<Value | undefined | false>,
): Promise<Value> {
  const deadline = Date.now() + HANG_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    await delay(25);
  }
  throw new Error(`Waited ${String(HANG_TIMEOUT_MS)} ms in vain for: ${probe.toString()}`);
}
