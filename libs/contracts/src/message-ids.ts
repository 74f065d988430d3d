import { contentHash, type UpdateContent } from './content-hash.ts';
import { canonicalHash } from './json/canonical-json.ts';
import type { LeaderboardUpdate } from './leaderboard-update.ts';

/** The SQS message group id of an update: its player, so that one player's updates stay in order. */
export function messageGroupId(update: Pick<LeaderboardUpdate, 'player_id'>): string {
  return update.player_id;
}

/**
 * The SQS deduplication id of an update: SHA-256, in hex, of its player id, its event id and its {@link contentHash}. SQS drops
 * a repeat, and delivers other content under the same event id to the processor, which reports `EventIdReused`.
 * It works with either deduplication scope (queue or message group), and a retry has the same id, whatever its `occurred_at`.
 */
export function deduplicationId(
  update: Pick<LeaderboardUpdate, 'player_id' | 'event_id'> & UpdateContent,
): string {
  return canonicalHash([update.player_id, update.event_id, contentHash(update)]);
}
