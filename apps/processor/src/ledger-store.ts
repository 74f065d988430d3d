import type { LeaderboardUpdate } from '@leaderboard/contracts';

/** Where a player's ledger ends. A player without updates has version 0 and timestamp 0. */
export interface Head {
  readonly version: number;
  /** Sort key of the newest ledger item (ms since the epoch). */
  readonly timestamp: number;
}

export const EMPTY_HEAD: Head = { version: 0, timestamp: 0 };

/** What is remembered about an event id of a player. */
export interface Marker {
  /** In the version in which it was stored. */
  readonly contentHash: string;
  /** ISO 8601; undefined in markers of before content hashes had a version. */
  readonly occurredAt: string | undefined;
  /** The SQS message that brought the update into the ledger. */
  readonly messageId: string;
}

/** One update with its place in the ledger. */
export interface LedgerEntry {
  readonly update: LeaderboardUpdate;
  readonly contentHash: string;
  readonly messageId: string;
  readonly sequenceNumber: string;
  /** Dense per player, from 1. */
  readonly version: number;
  /** Sort key, ms since the epoch; rises strictly per player. */
  readonly timestamp: number;
  /** When the processor wrote it, in seconds since the epoch. */
  readonly processingTimestamp: number;
}

/** All that one transaction writes for one player. */
export interface PlayerWrite {
  readonly playerId: string;
  /** The head that was read. The write holds only if the player's ledger still ends there. */
  readonly expectedHead: Head;
  /** Not empty, at most one per event id, in version order. */
  readonly entries: readonly LedgerEntry[];
}

/** Why the store turned down one item of a transaction. Nothing of the transaction was written. */
export type ItemFault =
  | { readonly kind: 'head-moved' }
  | { readonly kind: 'already-processed'; readonly marker: Marker }
  | { readonly kind: 'contended'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

export interface PlayerFaults {
  readonly head?: ItemFault;
  /** By index in {@link PlayerWrite.entries}; undefined where the store had nothing against the entry. */
  readonly entries: readonly (ItemFault | undefined)[];
}

export type CommitOutcome =
  | { readonly kind: 'committed' }
  /** Nothing was written; `players[i]` says what stood against the i-th write. */
  | { readonly kind: 'cancelled'; readonly players: readonly PlayerFaults[] }
  /** Nothing was written: the store rejects the request as it is, and will do so again. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** No usable answer. `outcomeUnknown` is true when the transaction may have been committed all the same. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly outcomeUnknown: boolean };

export type ReadOutcome<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** The ledger together with its memory of processed events. Faults are values: only a programming error rejects. */
export interface LedgerStore {
  /** Heads by player id, strongly consistent. A player that the store did not get to is missing from the map. */
  readHeads(playerIds: readonly string[]): Promise<ReadOutcome<ReadonlyMap<string, Head>>>;
  /** The marker of one event, strongly consistent. */
  readMarker(playerId: string, eventId: string): Promise<ReadOutcome<Marker | undefined>>;
  /** Writes everything or nothing. */
  commit(writes: readonly PlayerWrite[]): Promise<CommitOutcome>;
}
