import { canonicalHash, canonicalJson, sha256 } from './json/canonical-json.ts';
import type { LeaderboardUpdate } from './leaderboard-update.ts';

/** The content of an update: every field but `player_id`, `event_id` and `occurred_at`. */
export type UpdateContent = Pick<LeaderboardUpdate, 'game_id' | 'score'> &
  Partial<Pick<LeaderboardUpdate, 'update_type' | 'metadata'>>;

/**
 * Version 2 of the content hash: the fields of the content with their defaults, frozen. The hash omits a field that equals
 * its default, so a new field of the contract can be added here with its default without a new version: the hashes of
 * existing updates do not change. Any other change needs a new version in addition to this one.
 */
const PREFIX_V2 = 'v2:';
/** Sorted by name; the default as canonical JSON. */
const FIELDS_V2 = [
  ['game_id', undefined],
  ['metadata', '{}'],
  ['score', undefined],
  ['update_type', '"score_update"'],
] as const satisfies readonly (readonly [keyof UpdateContent, string | undefined])[];

/** The whole update with every default filled in, hashed without a version: the hash in markers older than version 2. */
const HASH_V1 = /^[0-9a-f]{64}$/;

/**
 * A fingerprint of the content of an update: `v2:` and the SHA-256, in hex, of the canonical JSON of `game_id`, `score`,
 * `update_type` and `metadata`, without fields that equal their default. A repeat has the same hash, whatever the order of its
 * keys and its `occurred_at`, and whether a default is omitted or filled in. The hash can be computed from a ledger item.
 *
 * @example contentHash({ game_id: 'chess', score: 12 }) === contentHash({ game_id: 'chess', score: 12, metadata: {} }) // true
 */
export function contentHash(update: UpdateContent): string {
  // The canonical JSON of the object of these fields: the names are sorted and need no escapes.
  const fields = FIELDS_V2.flatMap(([field, defaultJson]) => {
    if (update[field] === undefined) return [];
    const json = canonicalJson(update[field]);
    return json === defaultJson ? [] : [`"${field}":${json}`];
  });
  return PREFIX_V2 + sha256(`{${fields.join()}}`);
}

/**
 * Compares an update with the hash stored for its event id, in the version of that hash.
 *
 * @returns `unknown` for a hash of a version that this code does not know
 */
export function compareContent(
  update: LeaderboardUpdate,
  storedHash: string,
): 'same' | 'different' | 'unknown' {
  const hash = hashInVersionOf(storedHash, update);
  if (hash === undefined) return 'unknown';
  return hash === storedHash ? 'same' : 'different';
}

function hashInVersionOf(storedHash: string, update: LeaderboardUpdate): string | undefined {
  if (storedHash.startsWith(PREFIX_V2)) return contentHash(update);
  return HASH_V1.test(storedHash) ? hashV1(update) : undefined;
}

/** Includes `occurred_at`, so a repeat with another time differs from a marker of this version. */
function hashV1(update: LeaderboardUpdate): string {
  const { player_id, event_id, game_id, score, update_type, occurred_at, metadata } = update;
  return canonicalHash({
    player_id,
    event_id,
    game_id,
    score,
    update_type,
    occurred_at,
    metadata,
  });
}
