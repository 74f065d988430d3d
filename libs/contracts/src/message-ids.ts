import { contentHash, type UpdateContent } from './content-hash.ts';
import { canonicalHash } from './json/canonical-json.ts';
import type { LeaderboardUpdate } from './leaderboard-update.ts';

/** The SQS message group of an update: its player, so that one player's updates keep their order. */
export function messageGroupId(update: Pick<LeaderboardUpdate, 'player_id'>): string {
  return update.player_id;
}

/**
 * The SQS deduplication id of an update: SHA-256, in hex, of its player, its event and its {@link contentHash}. So SQS drops
 * a repeat, and lets other content under the same event id through to the processor, which says `EventIdReused`.
 * It is right under either deduplication scope (queue or message group), and a retry keeps it, whatever its `occurred_at`.
 */
export function deduplicationId(
  update: Pick<LeaderboardUpdate, 'player_id' | 'event_id'> & UpdateContent,
): string {
  return canonicalHash([update.player_id, update.event_id, contentHash(update)]);
}
