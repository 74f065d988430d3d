import type { LeaderboardUpdate } from '@leaderboard/contracts';
import type { LeaderboardError } from './errors.ts';

/**
 * One score, as a game server reports it. Fields have the names of the message.
 * `event_id` and `occurred_at` are filled in when they are omitted.
 *
 * @example
 * const update: LeaderboardUpdateInput = { player_id: 'player-7', game_id: 'chess', score: 1250 };
 */
export interface LeaderboardUpdateInput {
  /** Who scored. At most 128 of `A-Z a-z 0-9 . _ : @ -`, starting with a letter or digit. Also the SQS message group id. */
  player_id: string;
  /** The game in which the score was made. At most 64 of the same characters. */
  game_id: string;
  /** At most 15 significant digits, at most 6 of them after the point. Zero and negative scores are valid. */
  score: number;
  /**
   * Identifies this update within its player (at most 128 of the same characters). The same id with the same content
   * counts once, whatever its `occurred_at`; with other content it is an error (`EventIdReused` in the dead-letter queue).
   * If omitted, a new UUIDv7: then every call is a separate update.
   */
  event_id?: string | undefined;
  /**
   * When the score was made: ISO 8601 in UTC, `2026-11-21T09:30:00.123Z`. If omitted, the time of the call, by the queue's
   * clock if the host's clock is off by more than a minute.
   */
  occurred_at?: string | undefined;
  /** The kind of update, in your own terms. If omitted, `score_update`. */
  update_type?: string | undefined;
  /**
   * Data to store in the ledger with the score; at most 4,096 bytes as JSON. Integers beyond ±(2^53−1), such as 64-bit ids,
   * must be strings. If omitted, `{}`.
   */
  metadata?: Record<string, unknown> | undefined;
}

/** An update that the queue has accepted. */
export interface SentUpdate {
  /** The update as it was sent, `event_id` and `occurred_at` included. */
  update: LeaderboardUpdate;
  /** The SQS message id. */
  message_id: string;
  /** The SQS sequence number: larger for a later message of the same player; up to 128 digits, so a string. */
  sequence_number: string;
}

/** Options of one call. */
export interface SendOptions {
  /**
   * Aborts updates that are not in flight: they reject with the code `Aborted`.
   * An update in flight is not aborted, because the queue may already have it; it is not retried.
   */
  signal?: AbortSignal | undefined;
}

/** The outcome of one entry of `sendLeaderboardUpdates`. */
export type SendOutcome =
  { status: 'sent'; sent: SentUpdate } | { status: 'failed'; error: LeaderboardError };

/** Sends updates to one queue. Create one per process and queue, and reuse it. */
export interface Producer {
  /**
   * Fills in omitted fields, validates and sends one update. The promise resolves once SQS has accepted the update. The
   * update is copied during the call: later changes to the object have no effect. SQS accepts the updates of one player in
   * the order of the calls.
   *
   * @throws LeaderboardValidationError, LeaderboardSendError, LeaderboardConfigError, ProducerClosedError (as rejections)
   * @example
   * const { update, sequence_number } = await producer.sendLeaderboardUpdate({
   *   player_id: 'player-7', game_id: 'chess', score: 1250, event_id: 'match-991',
   * });
   */
  sendLeaderboardUpdate(update: LeaderboardUpdateInput, options?: SendOptions): Promise<SentUpdate>;
  /**
   * Sends many updates; resolves with one outcome per entry, in order, once all are settled. A failed entry does not stop
   * the others, and does not reject the promise.
   *
   * @example
   * const outcomes = await producer.sendLeaderboardUpdates(updates);
   * const failed = outcomes.flatMap((outcome) => (outcome.status === 'failed' ? [outcome.error] : []));
   */
  sendLeaderboardUpdates(
    updates: readonly LeaderboardUpdateInput[],
    options?: SendOptions,
  ): Promise<SendOutcome[]>;
  /** Sends all pending updates immediately, without linger; resolves when they are settled. Never rejects. */
  flush(): Promise<void>;
  /**
   * Flushes, for at most `closeTimeoutMs`, and destroys the SQS client if the producer created it. Sends after this call
   * reject with {@link ProducerClosedError}. Never rejects; every send is settled when it resolves.
   */
  close(): Promise<void>;
}
