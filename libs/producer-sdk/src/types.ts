import type { LeaderboardUpdate } from '@leaderboard/contracts';
import type { LeaderboardError } from './errors.ts';

/**
 * What a game server knows about one score. Fields are spelled as on the wire.
 * `event_id` and `occurred_at` are filled in when they are left out.
 *
 * @example
 * const update: LeaderboardUpdateInput = { player_id: 'player-7', game_id: 'chess', score: 1250 };
 */
export interface LeaderboardUpdateInput {
  /** Who scored. At most 128 of `A-Z a-z 0-9 . _ : @ -`, beginning with a letter or digit. Also the SQS message group. */
  player_id: string;
  /** The game in which the score was made. At most 64 of the same characters. */
  game_id: string;
  /** At most 15 significant digits, at most 6 of them after the point. Zero and negative scores are valid. */
  score: number;
  /**
   * Names this update within its player (at most 128 of the same characters); the same id with the same content
   * counts once, whatever its `occurred_at`; with other content it is an error (`EventIdReused` in the dead-letter queue).
   * Left out: a fresh UUIDv7, and then every call is an update of its own.
   */
  event_id?: string | undefined;
  /**
   * When the score was made: ISO 8601 in UTC, `2026-11-21T09:30:00.123Z`. Left out: the moment of the call, by the
   * queue's clock if the host's is off by more than a minute.
   */
  occurred_at?: string | undefined;
  /** What kind of update this is. Left out: `score_update`. */
  update_type?: string | undefined;
  /**
   * Anything to be kept in the ledger beside the score; at most 4,096 bytes as JSON. Integers beyond ±(2^53−1), such as
   * 64-bit ids, must be strings. Left out: `{}`.
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
   * Takes back updates that are not on the wire: they reject with the code `Aborted`.
   * An update on the wire is left to settle, because the queue may already have it.
   */
  signal?: AbortSignal | undefined;
}

/** How one entry of `sendLeaderboardUpdates` ended. */
export type SendOutcome =
  { status: 'sent'; sent: SentUpdate } | { status: 'failed'; error: LeaderboardError };

/** Sends updates to one queue. Make one per process and queue, and keep it. */
export interface Producer {
  /**
   * Completes, validates and sends one update; resolves once the queue has accepted it. The update is read during the
   * call: changing the object later changes nothing. Updates of one player are accepted in the order of the calls.
   *
   * @throws LeaderboardValidationError, LeaderboardSendError, LeaderboardConfigError, ProducerClosedError (as rejections)
   * @example
   * const { update, sequence_number } = await producer.sendLeaderboardUpdate({
   *   player_id: 'player-7', game_id: 'chess', score: 1250, event_id: 'match-991',
   * });
   */
  sendLeaderboardUpdate(update: LeaderboardUpdateInput, options?: SendOptions): Promise<SentUpdate>;
  /**
   * Sends many updates; resolves with one outcome per entry, in their order, once all are settled. An entry that
   * fails hides and stops no other, and the promise itself does not reject on account of an entry.
   *
   * @example
   * const outcomes = await producer.sendLeaderboardUpdates(updates);
   * const failed = outcomes.flatMap((outcome) => (outcome.status === 'failed' ? [outcome.error] : []));
   */
  sendLeaderboardUpdates(
    updates: readonly LeaderboardUpdateInput[],
    options?: SendOptions,
  ): Promise<SendOutcome[]>;
  /** Sends what was called before at once, without linger; resolves when all of it is settled. Never rejects. */
  flush(): Promise<void>;
  /**
   * Flushes, waits at most `closeTimeoutMs` for it, and lets go of the SQS client if the producer made it. From the call
   * on, sends reject with {@link ProducerClosedError}. Never rejects; every send is settled when it resolves.
   */
  close(): Promise<void>;
}
