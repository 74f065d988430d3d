import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll } from '@jest/globals';

import { HANG_TIMEOUT_MS } from '@leaderboard/testing/test-form';

import { spawnStack, type SpawnedStack, type SpawnStackOptions } from '../src/spawn-stack.ts';
import { StackControl } from '../src/stack-control.ts';
import type { StackDescription } from '../src/stack.ts';

/** A program of `fixtures`. */
export type ProgramName = 'orders' | 'live' | 'rest-api' | 'unknown-type' | 'throws-in-apply';

export function programFile(name: ProgramName): string {
  return fileURLToPath(new URL(`./fixtures/${name}-program.ts`, import.meta.url));
}

/** Starts a program before the tests of a `describe` and stops it after them. */
export function useStack(program: ProgramName, options: SpawnStackOptions = {}): TestStack {
  const stack = new TestStack();
  beforeAll(() => stack.start(program, options));
  afterAll(() => stack.stop());
  return stack;
}

/** Starts a program for the duration of a call. */
export async function withStack<Result>(
  program: ProgramName,
  options: SpawnStackOptions,
  run: (stack: TestStack) => Promise<Result>,
): Promise<Result> {
  const stack = new TestStack();
  await stack.start(program, options);
  try {
    return await run(stack);
  } finally {
    await stack.stop();
  }
}

/** One line that the function of the orders has logged. */
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

/** A running stack with the control API, and clients for it. */
export class TestStack {
  #running:
    | { spawned: SpawnedStack; control: StackControl; sqs: SQSClient; dynamodb: DynamoDBClient }
    | undefined;

  async start(program: ProgramName, options: SpawnStackOptions = {}): Promise<void> {
    const spawned = await spawnStack({ program: programFile(program), faults: true, ...options });
    const { region, endpoints } = spawned.stack;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    this.#running = {
      spawned,
      control: new StackControl(spawned.stack),
      sqs: new SQSClient({ region, endpoint: endpoints.sqs, credentials }),
      dynamodb: new DynamoDBClient({ region, endpoint: endpoints.dynamodb, credentials }),
    };
  }

  async stop(): Promise<void> {
    this.#running?.sqs.destroy();
    this.#running?.dynamodb.destroy();
    await this.#running?.spawned.stop();
  }

  get description(): StackDescription {
    return this.#started().spawned.stack;
  }

  get control(): StackControl {
    return this.#started().control;
  }

  get sqs(): SQSClient {
    return this.#started().sqs;
  }

  get dynamodb(): DynamoDBClient {
    return this.#started().dynamodb;
  }

  #started() {
    if (this.#running === undefined) throw new Error('The stack has not started.');
    return this.#running;
  }

  output(name: string): string {
    return String(this.description.outputs[name]);
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

  /** What the function has logged about one order. */
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

/** Calls the probe until it returns a value. */
export async function eventually<Value>(
  probe: () => Promise<Value | undefined | false>,
): Promise<Value> {
  const deadline = Date.now() + HANG_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    await delay(25);
  }
  throw new Error(`Timed out after ${String(HANG_TIMEOUT_MS)} ms waiting for: ${probe.toString()}`);
}
