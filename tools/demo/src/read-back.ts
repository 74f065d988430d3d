import {
  paginateScan as paginateRawScan,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { DEAD_LETTER_ATTRIBUTES, type DeadLetterErrorType } from '@leaderboard/contracts';
import type { DeadLetter, LedgerEntry } from './report.ts';
import type { StandingEntry } from './standings-check.ts';
import type { AppliedVersion } from './standings-watch.ts';

/** What one `BatchGetItem`, and one request for players of a board, may ask for. */
const KEYS_PER_REQUEST = 100;
const READ_TIMEOUT_MS = 60_000;

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

/** Reads how far the standings of some players have come. */
export async function readApplied(
  client: DynamoDBClient,
  tableName: string,
  playerIds: readonly string[],
): Promise<Map<string, AppliedVersion>> {
  const applied = new Map<string, AppliedVersion>();
  const document = DynamoDBDocumentClient.from(client);
  for (const ids of chunks(playerIds, KEYS_PER_REQUEST)) {
    const { Responses = {} } = await document.send(
      new BatchGetCommand({
        RequestItems: {
          [tableName]: {
            Keys: ids.map((player_id) => ({ player_id, board_window: '#applied' })),
            ConsistentRead: true,
          },
        },
      }),
    );
    for (const item of Responses[tableName] ?? []) {
      applied.set(String(item['player_id']), item as AppliedVersion);
    }
  }
  return applied;
}

/** Asks the read API how many updates of some players are in the standings that it shows on a board. */
export async function readShown(
  boardUrl: string,
  playerIds: readonly string[],
): Promise<Map<string, number>> {
  const shown = new Map<string, number>();
  for (const ids of chunks(playerIds, KEYS_PER_REQUEST)) {
    const url = `${boardUrl}/players?ids=${ids.map(encodeURIComponent).join(',')}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(READ_TIMEOUT_MS) });
    if (!response.ok) throw new Error(`GET ${url} gave ${String(response.status)}.`);
    const { entries } = (await response.json()) as { entries: ShownEntry[] };
    for (const { player_id, updates } of entries) shown.set(player_id, updates);
  }
  return shown;
}

interface ShownEntry {
  player_id: string;
  updates: number;
}

function chunks<Value>(values: readonly Value[], size: number): Value[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
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
