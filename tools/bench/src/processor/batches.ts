import type { SQSRecord } from 'aws-lambda';

const BATCH_SIZE = 10;

/** Makes the batches of a run: updates with rising sequence numbers, of players who come again in every batch. */
export class BatchSource {
  #next = 1;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * @param count batches
   * @param groups message groups in each batch, at most 10
   */
  batches(count: number, groups: number): SQSRecord[][] {
    return Array.from({ length: count }, () =>
      Array.from({ length: BATCH_SIZE }, (_, index) => this.#record(`player-${index % groups}`)),
    );
  }

  #record(playerId: string): SQSRecord {
    const number = this.#next++;
    const sentAt = this.#now();
    const body = JSON.stringify({
      player_id: playerId,
      event_id: `match-${number}`,
      game_id: 'chess',
      score: number,
      update_type: 'score_update',
      occurred_at: new Date(sentAt).toISOString(),
      metadata: { match: `match-${number}`, map: 'harbour', duration_s: 312 },
    });
    return {
      messageId: `message-${number}`,
      receiptHandle: `receipt-${number}`,
      body,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: String(sentAt),
        SenderId: 'bench',
        ApproximateFirstReceiveTimestamp: String(sentAt),
        MessageGroupId: playerId,
        SequenceNumber: String(18_850_000_000_000_000_000n + BigInt(number)),
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-west-1:000000000000:leaderboard-updates-bench.fifo',
      awsRegion: 'us-west-1',
    };
  }
}
