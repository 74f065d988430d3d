import {
  contentHash,
  validateLeaderboardUpdate,
  type LeaderboardUpdate,
  type ValidationIssue,
} from '@leaderboard/contracts';
import {
  LeaderboardSendError,
  LeaderboardValidationError,
  type LeaderboardUpdateInput,
  type Producer,
  type SendOutcome,
} from '@leaderboard/producer-sdk';

/** The result of one update; its index in `results` is that of the update in the request. */
export type UpdateResult =
  | {
      readonly status: 'accepted';
      readonly player_id: string;
      readonly event_id: string;
      readonly occurred_at: string;
      /** The SQS message id. */
      readonly message_id: string;
    }
  /** A retry cannot succeed. */
  | {
      readonly status: 'invalid';
      readonly error: string;
      readonly issues: readonly Pick<ValidationIssue, 'path' | 'rule' | 'message'>[];
    }
  /** The queue did not confirm it. Sending exactly `update` again is safe, whether or not the queue has it. */
  | {
      readonly status: 'failed';
      readonly error: string;
      readonly code: string;
      readonly event_id: string;
      readonly update: LeaderboardUpdate;
    };

/**
 * Sends updates through the SDK, which validates, batches and retries them and keeps each player's order.
 *
 * @param updates values as received; the SDK validates them
 * @param unreadable issues in the JSON of updates, by index: these updates are not sent
 * @returns one result per update, in order
 * @throws LeaderboardConfigError or ProducerClosedError: the function is configured wrongly
 */
export async function sendUpdates(
  updates: readonly unknown[],
  producer: Pick<Producer, 'sendLeaderboardUpdates'>,
  unreadable: ReadonlyMap<number, ValidationIssue>,
): Promise<UpdateResult[]> {
  const readable = updates.map((update, index) => (unreadable.has(index) ? undefined : update));
  const issues = new Map([...findClashes(readable), ...unreadable]);
  const sendable = updates.filter((_, index) => !issues.has(index));
  const outcomes = await producer.sendLeaderboardUpdates(sendable as LeaderboardUpdateInput[]);
  const results = outcomes.map(toResult);
  return updates.map((_, index) => {
    const issue = issues.get(index);
    return issue === undefined ? takeFirst(results) : invalid([issue]);
  });
}

function takeFirst(results: UpdateResult[]): UpdateResult {
  const result = results.shift();
  if (result === undefined) throw new Error('The SDK returned fewer outcomes than updates');
  return result;
}

/** The content hash does not cover `occurred_at`. */
const ANY_TIME = '1970-01-01T00:00:00Z';

/**
 * Updates whose event id occurs earlier in the same request with different content. The caller learns of the mistake here;
 * the processor would report it only in the dead-letter queue.
 */
function findClashes(updates: readonly unknown[]): Map<number, ValidationIssue> {
  const hashes = new Map<string, string>();
  const clashes = new Map<number, ValidationIssue>();
  updates.forEach((candidate, index) => {
    // The SDK fills in a missing time and a missing, unique event id; it does not send an invalid update.
    const checked = validateLeaderboardUpdate({ occurred_at: ANY_TIME, ...(candidate as object) });
    if (!checked.valid) return;
    const { player_id, event_id } = checked.value;
    const id = JSON.stringify([player_id, event_id]);
    const hash = contentHash(checked.value);
    const earlier = hashes.get(id) ?? hash;
    hashes.set(id, earlier);
    if (earlier !== hash) clashes.set(index, eventIdReused(event_id, player_id));
  });
  return clashes;
}

function eventIdReused(eventId: string, playerId: string): ValidationIssue {
  const message = `/event_id (string ${JSON.stringify(eventId)}) must not occur twice for player_id ${JSON.stringify(playerId)} with different content (rule: eventIdReused)`;
  return { path: '/event_id', rule: 'eventIdReused', message, value_type: 'string' };
}

function toResult(outcome: SendOutcome): UpdateResult {
  if (outcome.status === 'sent') {
    const { update, message_id } = outcome.sent;
    const { player_id, event_id, occurred_at } = update;
    return { status: 'accepted', player_id, event_id, occurred_at, message_id };
  }
  const { error } = outcome;
  if (LeaderboardValidationError.isInstance(error)) return invalid(error.issues);
  if (LeaderboardSendError.isInstance(error)) {
    const { code, update } = error;
    return {
      status: 'failed',
      error: 'The queue did not confirm the update',
      code,
      event_id: update.event_id,
      update,
    };
  }
  throw error;
}

function invalid(issues: readonly ValidationIssue[]): UpdateResult {
  return {
    status: 'invalid',
    error: 'Invalid update',
    issues: issues.map(({ path, rule, message }) => ({ path, rule, message })),
  };
}
