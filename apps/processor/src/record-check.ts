import {
  checkOccurredAt,
  contentHash,
  describeIssues,
  messageGroupId,
  parseLeaderboardUpdate,
  type LeaderboardUpdate,
  type OccurredAtLimits,
} from '@leaderboard/contracts';
import type { QueueRecord } from '@leaderboard/function';
import { checkScoreBounds, type BoardDefinition } from '@leaderboard/ranking';

export interface ValidRecord {
  readonly valid: true;
  readonly record: QueueRecord;
  readonly update: LeaderboardUpdate;
  readonly contentHash: string;
}

export interface InvalidRecord {
  readonly valid: false;
  readonly record: QueueRecord;
  readonly reason: string;
}

export type CheckedRecord = ValidRecord | InvalidRecord;

/** What a record is checked against, beyond the contract. */
export interface RecordRules {
  readonly occurredAtLimits: OccurredAtLimits;
  /** The boards whose score bounds an update has to keep. */
  readonly boards: readonly BoardDefinition[];
}

/**
 * Checks one record. The result depends on the message alone (its time is compared with the time at which the queue
 * accepted it), so it is the same for every redelivery.
 *
 * The group must be the player's: a message under another group could overtake the player's other updates.
 */
export function checkRecord(record: QueueRecord, rules: RecordRules): CheckedRecord {
  const invalid = (reason: string): InvalidRecord => ({ valid: false, record, reason });

  const parsed = parseLeaderboardUpdate(record.body);
  if (!parsed.valid) return invalid(describeIssues(parsed.issues));

  const update = parsed.value;
  const expectedGroup = messageGroupId(update);
  if (record.messageGroupId !== expectedGroup) {
    return invalid(
      `The message group id is "${record.messageGroupId}" but must be "${expectedGroup}" for player_id ` +
        `"${update.player_id}". Send it under the group id of its player.`,
    );
  }

  const occurredAtIssue = checkOccurredAt(
    update.occurred_at,
    record.sentAtMs,
    rules.occurredAtLimits,
  );
  if (occurredAtIssue) return invalid(describeIssues([occurredAtIssue]));

  const boundsIssues = checkScoreBounds(update, rules.boards);
  if (boundsIssues.length > 0) {
    return invalid(
      boundsIssues
        .map(({ path, message, rule }) => `${path} ${message} (rule: ${rule})`)
        .join('; '),
    );
  }

  return { valid: true, record, update, contentHash: contentHash(update) };
}
