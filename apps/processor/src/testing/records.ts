import type { LeaderboardUpdate } from '@leaderboard/contracts';
import type { SQSRecord } from 'aws-lambda';

/** 2026-11-21T10:00:00Z */
export const START_MS = 1_795_255_200_000;

let nextNumber = 1;

/** A player id that no other test uses. */
export function newPlayer(): string {
  return `player-${nextNumber++}`;
}

export function update(
  playerId: string,
  eventId: string,
  changes: Partial<LeaderboardUpdate> = {},
): LeaderboardUpdate {
  return {
    player_id: playerId,
    event_id: eventId,
    game_id: 'chess',
    score: 10,
    update_type: 'score_update',
    occurred_at: new Date(START_MS - 1_000).toISOString(),
    metadata: {},
    ...changes,
  };
}

export interface RecordOptions {
  readonly group?: string;
  readonly receiveCount?: number;
  readonly sentAtMs?: number;
}

/** A queue record with this body; each has its own message id and sequence number. */
export function queueRecord(body: string, group: string, options: RecordOptions = {}): SQSRecord {
  const number = nextNumber++;
  return {
    messageId: `message-${number}`,
    receiptHandle: `receipt-${number}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(options.receiveCount ?? 1),
      SentTimestamp: String(options.sentAtMs ?? START_MS),
      SenderId: 'test',
      ApproximateFirstReceiveTimestamp: String(START_MS),
      MessageGroupId: options.group ?? group,
      SequenceNumber: String(18_850_000_000_000_000_000n + BigInt(number)),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-west-1:000000000000:leaderboard-updates-test.fifo',
    awsRegion: 'us-west-1',
  };
}

export function updateRecord(sent: LeaderboardUpdate, options: RecordOptions = {}): SQSRecord {
  return queueRecord(JSON.stringify(sent), sent.player_id, options);
}

/** Records of a player's updates `e0`, `e1`, `e2`, … */
export function updateRecords(player: string, count: number, receiveCount = 1): SQSRecord[] {
  return Array.from({ length: count }, (_, index) =>
    updateRecord(update(player, `e${index}`), { receiveCount }),
  );
}

/** The record as the queue delivers it the next time. */
export function redelivered(record: SQSRecord, receiveCount: number): SQSRecord {
  return {
    ...record,
    attributes: { ...record.attributes, ApproximateReceiveCount: String(receiveCount) },
  };
}

export function messageIdsOf(records: readonly SQSRecord[]): string[] {
  return records.map(({ messageId }) => messageId);
}
