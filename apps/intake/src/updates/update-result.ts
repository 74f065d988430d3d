import type { LeaderboardUpdate, ValidationIssue } from '@leaderboard/contracts';

/** What became of one update of a request; its place in `results` is its place in the request. */
export type UpdateResult =
  | {
      readonly status: 'accepted';
      readonly player_id: string;
      readonly event_id: string;
      readonly occurred_at: string;
      /** The SQS message id. */
      readonly message_id: string;
    }
  /** Sending it again cannot help. */
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

export function countByStatus(
  results: readonly UpdateResult[],
): Record<UpdateResult['status'], number> {
  const counts = { accepted: 0, invalid: 0, failed: 0 };
  for (const { status } of results) counts[status] += 1;
  return counts;
}
