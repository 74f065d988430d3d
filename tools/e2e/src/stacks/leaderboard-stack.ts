import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { deduplicationId, messageGroupId, type LeaderboardUpdate } from '@leaderboard/contracts';
import {
  ONE_MACHINE,
  spawnStack,
  type SpawnedStack,
  type StackDescription,
  type SpawnStackOptions,
} from '@leaderboard/local';
import { StackControl } from '@leaderboard/local/stack-control';
import { createProducer, type Producer } from '@leaderboard/producer-sdk';
import { documentClient, LEDGER_TABLE, processedEventKey, queryOf } from '@leaderboard/tables';
import { mutantOf } from '../permissions/mutant.ts';
import { writeUsage } from '../permissions/usage-file.ts';
import { DeadLetterQueue, type DeadLetter } from './dead-letter-queue.ts';
import { LeaderboardApiClient } from './leaderboard-api-client.ts';
import { until } from './until.ts';

/** The attributes of a ledger item that tests read. */
export interface LedgerItem extends LeaderboardUpdate {
  timestamp: number;
  processing_timestamp: number;
  message_id: string;
  version: number;
  sequence_number: string;
}

/** Dead letters can be read again immediately; everything else is as deployed, timeouts included. */
const TEST_CONFIG = { ...ONE_MACHINE, dlqVisibilityTimeoutSeconds: '0' };

/** The local engines accept any credentials. */
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const mutant = mutantOf(process.env);

/** What a running stack is reached through. */
interface Running {
  readonly spawned: SpawnedStack;
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  readonly producer: Producer;
  readonly deadLetters: DeadLetterQueue;
}

/**
 * Starts the system before the tests of a `describe` and stops it after them.
 *
 * @example
 * describe('exactly once', () => {
 *   const stack = useLeaderboardStack();
 *   test('…', async () => { await stack.putUpdate(anUpdate()); });
 * });
 */
export function useLeaderboardStack(options: SpawnStackOptions = {}): LeaderboardStack {
  const stack = new LeaderboardStack();
  beforeAll(() => stack.start(options));
  afterAll(() => stack.stop());
  return stack;
}

/** The running system and what a test does to it and reads from it. */
export class LeaderboardStack {
  #running: Running | undefined;

  async start(options: SpawnStackOptions = {}): Promise<void> {
    const complete = {
      faults: true,
      retryImmediately: true,
      ...options,
      config: { ...TEST_CONFIG, ...options.config },
    };
    const spawned = await (mutant.removedGrant === undefined
      ? spawnStack(complete)
      : spawnMutant(complete, mutant.removedGrant));
    const { region, endpoints, outputs } = spawned.stack;
    const sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs });
    this.#running = {
      spawned,
      sqs,
      dynamodb: new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb }),
      producer: createProducer({ queueUrl: String(outputs['main_queue_url']), client: sqs }),
      deadLetters: new DeadLetterQueue(sqs, String(outputs['dlq_url'])),
    };
  }

  async stop(): Promise<void> {
    if (this.#running === undefined) return;
    const { spawned, sqs, dynamodb, producer } = this.#running;
    await writeUsage(mutant.usageFolder, expect.getState().testPath ?? '', this.control);
    await producer.close();
    sqs.destroy();
    dynamodb.destroy();
    await spawned.stop();
    this.#running = undefined;
  }

  get sqs(): SQSClient {
    return this.#started.sqs;
  }

  /** For items as plain JavaScript values. */
  get dynamodb(): DynamoDBDocumentClient {
    return DynamoDBDocumentClient.from(this.#started.dynamodb);
  }

  /** For what `@leaderboard/tables` reads: numbers keep all their digits. */
  get tables(): DynamoDBDocumentClient {
    return documentClient(this.#started.dynamodb);
  }

  get producer(): Producer {
    return this.#started.producer;
  }

  get control(): StackControl {
    return new StackControl(this.#started.spawned.stack);
  }

  /** Reads the leaderboards. */
  get api(): LeaderboardApiClient {
    return new LeaderboardApiClient(this.output('leaderboard_url'));
  }

  get #started(): Running {
    if (this.#running === undefined) throw new Error('The stack does not run.');
    return this.#running;
  }

  /** What the stack says about itself, as its file has it. */
  get description(): StackDescription {
    return this.#started.spawned.stack;
  }

  /** Address of a service, for another client. */
  endpoint(service: 'sqs' | 'dynamodb' | 'lambda' | 's3'): string {
    const endpoint = this.#started.spawned.stack.endpoints[service];
    if (endpoint === undefined) throw new Error(`The stack has no endpoint of ${service}.`);
    return endpoint;
  }

  output(name: string): string {
    const value = this.#started.spawned.stack.outputs[name];
    if (typeof value !== 'string') throw new Error(`The stack has no output ${name}.`);
    return value;
  }

  /** Puts a message straight on the main queue, past the SDK and past SQS's own deduplication. */
  async put(body: unknown, groupId: string, dedupId: string = randomUUID()): Promise<string> {
    const { MessageId = '' } = await this.sqs.send(
      new SendMessageCommand({
        QueueUrl: this.output('main_queue_url'),
        MessageBody: typeof body === 'string' ? body : escapeForSqs(JSON.stringify(body)),
        MessageGroupId: groupId,
        MessageDeduplicationId: dedupId,
      }),
    );
    return MessageId;
  }

  /** Puts an update on the main queue under a new deduplication id, as a repeat that SQS no longer recognises. */
  async putUpdate(update: LeaderboardUpdate, dedupId?: string): Promise<string> {
    return this.put(update, messageGroupId(update), dedupId);
  }

  /** Puts an update on the main queue as the SDK does. */
  async putAsProducer(update: LeaderboardUpdate): Promise<string> {
    return this.putUpdate(update, deduplicationId(update));
  }

  /** A player's ledger, oldest first. */
  async ledgerOf(playerId: string): Promise<LedgerItem[]> {
    const { Items = [] } = await this.dynamodb.send(
      new QueryCommand({
        TableName: this.output('dynamodb_table_name'),
        ...queryOf(LEDGER_TABLE, playerId),
        ConsistentRead: true,
      }),
    );
    return Items as LedgerItem[];
  }

  /** The marker of an accepted event. */
  async markerOf(playerId: string, eventId: string): Promise<Record<string, unknown> | undefined> {
    const { Item } = await this.dynamodb.send(
      new GetCommand({
        TableName: this.output('processed_events_table_name'),
        Key: processedEventKey(playerId, eventId),
        ConsistentRead: true,
      }),
    );
    return Item;
  }

  /** All messages that the dead-letter queue has received and that were not sent back. */
  deadLetters(): Promise<DeadLetter[]> {
    return this.#started.deadLetters.all();
  }

  /** The dead letters of one message group. */
  async deadLettersOf(groupId: string): Promise<DeadLetter[]> {
    return (await this.deadLetters()).filter((letter) => letter.groupId === groupId);
  }

  /** Sends a group's dead letters back to the main queue, as a redrive does. @returns how many */
  async redrive(groupId: string): Promise<number> {
    const letters = await this.#started.deadLetters.take(groupId);
    for (const { body } of letters) await this.put(body, groupId);
    return letters.length;
  }

  /** Waits until the main queue holds nothing: neither waiting nor in flight. */
  async drained(): Promise<void> {
    await until(
      'the main queue is empty',
      async () => (await this.messagesIn('main_queue_url')) === 0,
    );
  }

  /** Messages that a queue holds: waiting or in flight. */
  async messagesIn(output: string): Promise<number> {
    const { Attributes } = await this.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: this.output(output),
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return Object.values(Attributes ?? {}).reduce((total, count) => total + Number(count), 0);
  }
}

/** SQS refuses U+FFFE and U+FFFF, which JSON allows. */
function escapeForSqs(json: string): string {
  return json.replaceAll('\uFFFE', '\\ufffe').replaceAll('\uFFFF', '\\uffff');
}

/** A stack without the permission; with all permissions where its configuration does not grant that one. */
async function spawnMutant(options: SpawnStackOptions, grant: string): Promise<SpawnedStack> {
  const removedGrants = [...(options.removedGrants ?? []), grant];
  try {
    return await spawnStack({ ...options, removedGrants });
  } catch (error) {
    if (!String(error).includes('the program grants no such thing')) throw error;
    return spawnStack(options);
  }
}
