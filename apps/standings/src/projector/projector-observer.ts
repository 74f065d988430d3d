/** Why a player's standings were folded from the ledger and not from the events. */
export type RefoldReason =
  /** A version is missing between `#applied` and the event. */
  | 'gap'
  /** The standings were folded under other board definitions, or never to the end. */
  | 'definitions';

/** Receives the outcome of the events. `PowertoolsObserver` counts and logs it; tests collect it. */
export interface ProjectorObserver {
  /** Updates were folded into the player's standings. `lagMs`: since the oldest of them was written to the ledger. */
  projected(playerId: string, updates: number, lagMs: number): void;
  /** Events that were folded in before. */
  dropped(playerId: string, events: number): void;
  refolded(playerId: string, reason: RefoldReason, updates: number): void;
  /** The ledger lacks versions of this player: items were removed from it. The standings are those of what is left. */
  ledgerHasHoles(playerId: string, missing: number): void;
  /** Another writer changed the player first; the player is read again. */
  moved(playerId: string, attempt: number): void;
  /** The player's records go back to the queue. */
  playerFailed(playerId: string, records: number, error: unknown): void;
  /** A record that is no ledger insert, or whose player's ledger is damaged, is in the dead-letter queue. */
  deadLettered(messageId: string, reason: string): void;
  /** The dead-letter queue did not accept such a record; it goes back to the queue. */
  deadLetterFailed(messageId: string, reason: string, error: unknown): void;
  /** The pause of returned records could not be set: they are received again after the visibility timeout of their queue. */
  pauseFailed(records: number, error: unknown): void;
  /** The lag could not be recorded; nothing else is affected. */
  progressFailed(error: unknown): void;
  /** No note could be written that records of a player are being retried: reads do not see it. */
  retryNoteFailed(playerId: string, error: unknown): void;
  /** The note of a player whose records were retried with success could not be removed: no read is exact until it expires. */
  retryNoteLeft(playerId: string, error: unknown): void;
  /** It could not be noted that events of a player may become dead letters; the next receive tries again. */
  holeFailed(playerId: string, error: unknown): void;
  /** A hole could not be closed although the standings have passed it: no read is exact until the auditor has closed it. */
  holeLeft(playerId: string, error: unknown): void;
  /** The standings may not hold the whole ledger, and no read is exact until a rebuild has run. */
  standingsIncomplete(reason: string): void;
  /** The check whether the standings hold the whole ledger failed; it is tried again. */
  completenessFailed(error: unknown): void;
}
