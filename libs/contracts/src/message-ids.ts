import { createHash } from 'node:crypto';
import type { LeaderboardUpdate } from './leaderboard-update.ts';

/** The SQS message group of an update: its player, so that one player's updates keep their order. */
export function messageGroupId(update: Pick<LeaderboardUpdate, 'player_id'>): string {
  return update.player_id;
}

/**
 * The SQS deduplication id of an update: SHA-256 of its player and its event, in hex.
 * It is right under either deduplication scope (queue or message group), and a retry keeps it.
 */
export function deduplicationId(update: Pick<LeaderboardUpdate, 'player_id' | 'event_id'>): string {
  return sha256(JSON.stringify([update.player_id, update.event_id]));
}

/**
 * A fingerprint of everything that an update says: SHA-256, in hex, of its JSON with the keys in order.
 * Equal for a repeat, whatever the order of its keys; different once the same event id comes with other content.
 */
export function bodyHash(update: LeaderboardUpdate): string {
  return sha256(canonicalJson(update));
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
