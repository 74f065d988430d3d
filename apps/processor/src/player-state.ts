import type { Head, LedgerEntry as StoredEntry, Marker } from '@leaderboard/tables';

/** One update with its place in the ledger, and the hash by which a repeat of it is recognized. */
export interface LedgerEntry extends StoredEntry {
  readonly contentHash: string;
  /** When the queue accepted the message (ms since the epoch). */
  readonly sentAtMs: number;
  /** A marker of the same event whose ledger item is lost; this entry's marker takes its place. */
  readonly staleMarker: Marker | undefined;
}

/** A head, and whether it is in the table or was found in the ledger. */
export interface KnownHead extends Head {
  readonly isStored: boolean;
}

/** What one read shows of a player. */
export interface PlayerState {
  /** Undefined if the table has none: the player is new, or the head is lost. */
  readonly head: KnownHead | undefined;
  /** By event id, as far as they were there and were read. */
  readonly markers: ReadonlyMap<string, Marker>;
}

/** What only the ledger can say of a player. */
export interface LedgerQuestion {
  readonly isHeadAbsent: boolean;
  /** Markers, by event id, that count only if their ledger items are there. */
  readonly markers: ReadonlyMap<string, Marker>;
}

export interface LedgerFacts {
  /** Where the ledger ends; undefined if it was not asked. */
  readonly head: KnownHead | undefined;
  /** The events whose ledger items are there. */
  readonly present: ReadonlySet<string>;
}

/** What is to be read of a player: the head, and the markers of these events. */
export interface PlayerRequest {
  readonly playerId: string;
  readonly eventIds: readonly string[];
}

/** All that one transaction writes for one player. */
export interface PlayerWrite {
  readonly playerId: string;
  /** The head that was read. The write takes place only if the player's ledger still ends there. */
  readonly expectedHead: KnownHead;
  /** Not empty, at most one per event id, in version order. */
  readonly entries: readonly LedgerEntry[];
}
