import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { paginateScan, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DEAD_LETTER_ATTRIBUTES, type DeadLetterErrorType } from '@leaderboard/contracts';
import {
  batchGet,
  playerKey,
  STANDINGS_TABLE,
  standingsIn,
  toHistoryUpdate,
  toLedgerUpdate,
  toPlayer,
  type Applied,
  type LedgerUpdate,
  type StandingRow,
} from '@leaderboard/tables';

/** What the report needs of a ledger item. */
export interface LedgerItem extends LedgerUpdate {
  event_id: string;
}

/** What the report needs of a message in the dead-letter queue. */
export interface DeadLetter {
  errorType: DeadLetterErrorType;
  body: string;
}

/** Players of one request to the read API. */
const PLAYERS_PER_REQUEST = 100;
const READ_TIMEOUT_MS = 60_000;

/** Reads the whole ledger, strongly consistent. */
export async function readLedger(
  client: DynamoDBDocumentClient,
  tableName: string,
): Promise<LedgerItem[]> {
  const items: LedgerItem[] = [];
  for await (const { Items = [] } of paginateScan(
    { client },
    { TableName: tableName, ConsistentRead: true },
  )) {
    for (const item of Items) {
      items.push({ ...toLedgerUpdate(item), event_id: toHistoryUpdate(item).event_id });
    }
  }
  return items;
}

/** Reads how far the ledgers of some players are folded into their standings. */
export async function readApplied(
  client: DynamoDBDocumentClient,
  tableName: string,
  playerIds: readonly string[],
): Promise<Map<string, Applied>> {
  const items = await batchGet(playerIds.map(playerKey), {
    client,
    tableName,
    consistentRead: true,
    sleep,
    random: Math.random,
  });
  const { partitionKey } = STANDINGS_TABLE;
  return new Map(
    items.flatMap((item) => {
      const { applied } = toPlayer(item);
      return applied === undefined ? [] : [[String(item[partitionKey.name]), applied]];
    }),
  );
}

/** Asks the read API how many updates of some players are in the standings that it shows on a board. */
export async function readShown(
  boardUrl: string,
  playerIds: readonly string[],
): Promise<Map<string, number>> {
  const shown = new Map<string, number>();
  for (const ids of chunks(playerIds, PLAYERS_PER_REQUEST)) {
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

/** Reads every standing, strongly consistent. */
export async function readStandings(
  client: DynamoDBDocumentClient,
  tableName: string,
): Promise<StandingRow[]> {
  const rows: StandingRow[] = [];
  for await (const { Items = [] } of paginateScan(
    { client },
    { TableName: tableName, ConsistentRead: true },
  )) {
    rows.push(...Items.flatMap(standingsIn));
  }
  return rows;
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
