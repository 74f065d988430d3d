import {
  paginateScan as paginateRawScan,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { DEAD_LETTER_ATTRIBUTES, type DeadLetterErrorType } from '@leaderboard/contracts';
import type { AppliedEntry, DeadLetter, LedgerEntry } from './report.ts';
import type { StandingEntry } from './standings-check.ts';

/** Reads the whole ledger, strongly consistent. */
export async function readLedger(
  client: DynamoDBClient,
  tableName: string,
): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for await (const page of paginateScan(
    { client: DynamoDBDocumentClient.from(client) },
    { TableName: tableName, ConsistentRead: true },
  )) {
    entries.push(...((page.Items ?? []) as LedgerEntry[]));
  }
  return entries;
}

/** Reads how far each player's standings have come. */
export async function readApplied(
  client: DynamoDBClient,
  tableName: string,
): Promise<AppliedEntry[]> {
  const entries: AppliedEntry[] = [];
  const pages = paginateScan(
    { client: DynamoDBDocumentClient.from(client) },
    {
      TableName: tableName,
      ConsistentRead: true,
      FilterExpression: 'board_window = :applied',
      ExpressionAttributeValues: { ':applied': '#applied' },
    },
  );
  for await (const page of pages) entries.push(...((page.Items ?? []) as AppliedEntry[]));
  return entries;
}

/** Reads every standing, its score as the decimal text that the table holds. */
export async function readStandings(
  client: DynamoDBClient,
  tableName: string,
): Promise<StandingEntry[]> {
  const entries: StandingEntry[] = [];
  const pages = paginateRawScan(
    { client },
    {
      TableName: tableName,
      ConsistentRead: true,
      FilterExpression: 'attribute_exists(rank_key)',
    },
  );
  for await (const page of pages) entries.push(...(page.Items ?? []).map(toStandingEntry));
  return entries;
}

function toStandingEntry(item: Record<string, AttributeValue>): StandingEntry {
  return {
    player_id: item['player_id']?.S ?? '',
    board_window: item['board_window']?.S ?? '',
    score: item['score']?.N ?? '',
    updates: Number(item['updates']?.N),
    achieved_at: item['achieved_at']?.S ?? '',
    version: Number(item['version']?.N),
  };
}

/** Messages that a queue still holds: waiting, delayed or in flight. */
export async function messagesIn(client: SQSClient, queueUrl: string): Promise<number> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  return Object.values(Attributes ?? {}).reduce((total, count) => total + Number(count), 0);
}

/** Reads a dead-letter queue and leaves every message where it is. */
export async function readDeadLetters(client: SQSClient, queueUrl: string): Promise<DeadLetter[]> {
  const messages: Message[] = [];
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) break;
    messages.push(...Messages);
  }
  for (const { ReceiptHandle } of messages) {
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
  }
  return messages.map(({ Body = '', MessageAttributes }) => ({
    body: Body,
    errorType: MessageAttributes?.[DEAD_LETTER_ATTRIBUTES.errorType]
      ?.StringValue as DeadLetterErrorType,
  }));
}
