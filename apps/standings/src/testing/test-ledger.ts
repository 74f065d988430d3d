import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { QueueRecord } from '@leaderboard/function';
import {
  LEDGER_UPDATE_ATTRIBUTES,
  ledgerKey,
  toAttributes,
  toLedgerAttributes,
  type Attributes,
  type LedgerUpdate,
} from '@leaderboard/tables';
import { pick } from '@leaderboard/testing/random';

/** Early on the Monday of 2026-W47, in ms. */
export const START_MS = Date.UTC(2026, 10, 16, 0, 0, 5);

/** How long an event takes from the ledger to the queue (ms). */
export const ARRIVAL_MS = 40;

export type Score = Partial<
  Pick<LedgerUpdate, 'game_id' | 'score' | 'update_type' | 'occurred_at'>
>;

/** Writes updates as the processor does: versions 1, 2, 3, … and rising timestamps, per player. */
export class TestLedger {
  readonly #heads = new Map<string, number>();
  readonly #client: DynamoDBClient;
  readonly #tableName: string;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  async add(playerId: string, ...scores: Score[]): Promise<LedgerUpdate[]> {
    const updates = scores.map((score) => {
      const version = (this.#heads.get(playerId) ?? 0) + 1;
      this.#heads.set(playerId, version);
      return ledgerUpdate(playerId, version, score);
    });
    for (let index = 0; index < updates.length; index += 25) {
      const puts = updates
        .slice(index, index + 25)
        .map((update) => ({ PutRequest: { Item: toLedgerItem(update) } }));
      await this.#client.send(
        new BatchWriteItemCommand({ RequestItems: { [this.#tableName]: puts } }),
      );
    }
    return updates;
  }

  /** Damages an update: its version is no longer a number. */
  async damage(update: LedgerUpdate): Promise<void> {
    const Item = { ...toLedgerItem(update), version: { S: 'one' } };
    await this.#client.send(new PutItemCommand({ TableName: this.#tableName, Item }));
  }

  /** Deletes an update, as nobody should. */
  async remove({ player_id, timestamp }: LedgerUpdate): Promise<void> {
    await this.#client.send(
      new DeleteItemCommand({
        TableName: this.#tableName,
        Key: toAttributes(ledgerKey(player_id, timestamp)),
      }),
    );
  }
}

/** An update as {@link TestLedger} writes it. */
export function ledgerUpdate(playerId: string, version: number, score: Score = {}): LedgerUpdate {
  const timestamp = START_MS + version * 1_000;
  return {
    player_id: playerId,
    timestamp,
    version,
    game_id: 'chess',
    score: 10,
    update_type: 'score_update',
    occurred_at: new Date(timestamp - 200).toISOString(),
    ...score,
  };
}

export function toLedgerItem({ timestamp, version, ...fields }: LedgerUpdate): Attributes {
  return toLedgerAttributes({
    update: { ...fields, event_id: `event-${version}`, metadata: { level: 3 } },
    timestamp,
    version,
    processingTimestamp: Math.floor(timestamp / 1_000),
    messageId: `message-${version}`,
    sequenceNumber: String(version),
  });
}

let records = 0;

/** The message that the pipe puts on the queue for an update; each call makes another message. */
export function eventRecord(update: LedgerUpdate): QueueRecord {
  const item = toLedgerItem(update);
  const image = Object.fromEntries(LEDGER_UPDATE_ATTRIBUTES.map((name) => [name, item[name]]));
  records += 1;
  return {
    messageId: `record-${records}`,
    receiptHandle: `receipt-${records}-1`,
    receiveCount: 1,
    messageGroupId: update.player_id,
    sequenceNumber: String(records),
    sentAtMs: update.timestamp + ARRIVAL_MS,
    body: JSON.stringify({
      eventID: `${update.player_id}-${update.version}`,
      eventName: 'INSERT',
      eventSource: 'aws:dynamodb',
      dynamodb: {
        Keys: toAttributes(ledgerKey(update.player_id, update.timestamp)),
        NewImage: image,
      },
    }),
  };
}

/** A record as the queue delivers it the n-th time. */
export function received(record: QueueRecord, receiveCount: number): QueueRecord {
  return { ...record, receiveCount, receiptHandle: `${record.messageId}-${receiveCount}` };
}

/** What reaches the projector when something else is put on its queue. */
export function invalidRecord(messageId: string, body: string): QueueRecord {
  return {
    messageId,
    receiptHandle: `${messageId}-1`,
    receiveCount: 1,
    messageGroupId: 'somebody',
    sequenceNumber: '1',
    sentAtMs: START_MS,
    body,
  };
}

/** A record as the event source mapping passes it to the function. */
export function toSqsRecord(record: QueueRecord): unknown {
  return {
    messageId: record.messageId,
    receiptHandle: record.receiptHandle,
    body: record.body,
    attributes: {
      MessageGroupId: record.messageGroupId,
      SequenceNumber: record.sequenceNumber,
      ApproximateReceiveCount: String(record.receiveCount),
      SentTimestamp: String(record.sentAtMs),
    },
  };
}

const DAY_MS = 86_400_000;

/** A score of any kind: several games, weeks, signs and decimals, and many ties. */
export function randomScore(random: () => number): Score {
  return {
    game_id: pick(['chess', 'go', 'ludo'], random),
    score: pick([-3, 0, 0.1, 0.2, 5, 5, 12.5, 99.999999, 123456789.125, 7], random),
    occurred_at: new Date(START_MS - Math.floor(random() * 20 * DAY_MS)).toISOString(),
  };
}
