import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  SendMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import {
  DEAD_LETTER_ATTRIBUTES,
  deduplicationId,
  messageGroupId,
  type LeaderboardUpdate,
} from '@leaderboard/contracts';
import {
  ONE_MACHINE,
  spawnStack,
  type SpawnedStack,
  type SpawnStackOptions,
} from '@leaderboard/local';
import { StackControl } from '@leaderboard/local/stack-control';
import { createProducer, type Producer } from '@leaderboard/producer-sdk';
import { mutantOf } from './permissions/mutant.ts';
import { writeUsage } from './permissions/usage-file.ts';
import { HANG_TIMEOUT_MS } from '@leaderboard/testing/test-form';

/** An item of the ledger, as far as the tests look at it. */
export interface LedgerItem extends LeaderboardUpdate {
  timestamp: number;
  processing_timestamp: number;
  message_id: string;
  version: number;
  sequence_number: string;
}

/** A message of the dead-letter queue. */
export interface DeadLetter {
  messageId: string;
  body: string;
  groupId: string;
  errorType: string | undefined;
  errorReason: string | undefined;
}

/** Dead letters can be read again immediately; everything else is as deployed, timeouts among it. */
const TEST_CONFIG = { ...ONE_MACHINE, dlqVisibilityTimeoutSeconds: '0' };

/** The credentials that the local engines take: any. */
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const mutant = mutantOf(process.env);
/** With a permission missing, something is waited for that never comes; that is to be seen soon. */
export const WAIT_MS = mutant.removedGrant === undefined ? HANG_TIMEOUT_MS : 15_000;
const POLL_MS = 50;

/** The running system and what a test does to it and reads from it. */
export class LeaderboardStack {
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBDocumentClient;
  readonly producer: Producer;
  readonly #spawned: SpawnedStack;
  #letters: DeadLetter[] = [];
  #isStopped = false;

  private constructor(spawned: SpawnedStack) {
    const { region, endpoints } = spawned.stack;
    this.#spawned = spawned;
    this.sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs });
    this.dynamodb = DynamoDBDocumentClient.from(
      new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb }),
    );
    this.producer = createProducer({ queueUrl: this.output('main_queue_url'), client: this.sqs });
  }

  static async start(options: SpawnStackOptions = {}): Promise<LeaderboardStack> {
    const complete = {
      faults: true,
      retryImmediately: true,
      ...options,
      config: { ...TEST_CONFIG, ...options.config },
    };
    return new LeaderboardStack(
      await (mutant.removedGrant === undefined
        ? spawnStack(complete)
        : spawnMutant(complete, mutant.removedGrant)),
    );
  }

  /** Address of a service, for a client of its own. */
  endpoint(service: 'sqs' | 'dynamodb'): string {
    return this.#spawned.stack.endpoints[service];
  }

  get control(): StackControl {
    return new StackControl(this.#spawned.stack);
  }

  output(name: string): string {
    const value = this.#spawned.stack.outputs[name];
    if (typeof value !== 'string') throw new Error(`The stack has no output ${name}.`);
    return value;
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    await writeUsage(mutant.usageFolder, expect.getState().testPath ?? '', this.control);
    await this.producer.close();
    this.sqs.destroy();
    this.dynamodb.destroy();
    await this.#spawned.stop();
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

  /** Puts an update on the main queue as a producer would that SQS has forgotten. */
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
        KeyConditionExpression: 'player_id = :player',
        ExpressionAttributeValues: { ':player': playerId },
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
        Key: { player_id: playerId, event_id: eventId },
        ConsistentRead: true,
      }),
    );
    return Item;
  }

  /**
   * All messages that the dead-letter queue has got and that were not sent back. They are taken out as they are read:
   * only so does a FIFO queue show more than the first message of a group.
   */
  async deadLetters(): Promise<DeadLetter[]> {
    for (;;) {
      const { Messages = [] } = await this.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.output('dlq_url'),
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['MessageGroupId'],
        }),
      );
      if (Messages.length === 0) return this.#letters;
      for (const message of Messages) {
        this.#letters.push(toDeadLetter(message));
        await this.sqs.send(
          new DeleteMessageCommand({
            QueueUrl: this.output('dlq_url'),
            ReceiptHandle: message.ReceiptHandle,
          }),
        );
      }
    }
  }

  /** The dead letters of one message group. */
  async deadLettersOf(groupId: string): Promise<DeadLetter[]> {
    return (await this.deadLetters()).filter((letter) => letter.groupId === groupId);
  }

  /** Sends a group's dead letters back to the main queue, as a redrive does, and returns how many. */
  async redrive(groupId: string): Promise<number> {
    const letters = await this.deadLettersOf(groupId);
    this.#letters = this.#letters.filter((letter) => letter.groupId !== groupId);
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

/** U+FFFE and U+FFFF, legal in JSON, are not in an SQS message. */
function escapeForSqs(json: string): string {
  return json.replaceAll('\uFFFE', '\\ufffe').replaceAll('\uFFFF', '\\uffff');
}

let waitedInVain = false;

/** Waits until a condition holds, and fails with its name when it does not come to hold. */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  // One failed test is all that is asked of a spec without a permission.
  const waitMs = mutant.removedGrant !== undefined && waitedInVain ? 0 : WAIT_MS;
  const deadline = Date.now() + waitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      waitedInVain = true;
      throw new Error(`Waited ${waitMs} ms in vain until ${what}.`);
    }
    await sleep(POLL_MS);
  }
}

/** A stack without a permission; one whose configuration does not grant it in the first place has nothing to lose. */
async function spawnMutant(options: SpawnStackOptions, grant: string): Promise<SpawnedStack> {
  const removedGrants = [...(options.removedGrants ?? []), grant];
  try {
    return await spawnStack({ ...options, removedGrants });
  } catch (error) {
    if (!String(error).includes('the program grants no such thing')) throw error;
    return spawnStack(options);
  }
}

let updates = 0;

/** A valid update of a player of its own, unless told otherwise. */
export function anUpdate(fields: Partial<LeaderboardUpdate> = {}): LeaderboardUpdate {
  const number = ++updates;
  return {
    player_id: `player-${number}`,
    event_id: `event-${number}`,
    game_id: 'chess',
    score: 100 + number,
    update_type: 'score_update',
    occurred_at: new Date().toISOString(),
    metadata: {},
    ...fields,
  };
}

function toDeadLetter(message: Message): DeadLetter {
  const attribute = (name: string) => message.MessageAttributes?.[name]?.StringValue;
  return {
    messageId: message.MessageId ?? '',
    body: message.Body ?? '',
    groupId: message.Attributes?.MessageGroupId ?? '',
    errorType: attribute(DEAD_LETTER_ATTRIBUTES.errorType),
    errorReason: attribute(DEAD_LETTER_ATTRIBUTES.errorReason),
  };
}
