import type { PlayerChange } from './player-change.ts';
import type { PlayerState } from '../table/standing-row.ts';

/** What is to be read of one player. */
export interface PlayerKeys {
  readonly playerId: string;
  readonly boardWindows: ReadonlySet<string>;
}

/** `moved`: another writer has changed something since it was read. What was written before that stays, and is right. */
export type WriteOutcome = 'written' | 'moved';

/** The table of standings. Every read is strongly consistent. */
export interface StandingsStore {
  /** `#applied` and the named standings of each player, whatever number of players in as few requests as possible. */
  readKeys(players: readonly PlayerKeys[]): Promise<ReadonlyMap<string, PlayerState>>;
  /** `#applied` and every standing of the player, those of past windows included. */
  readPlayer(playerId: string): Promise<PlayerState>;
  /**
   * Announces the change, writes the rows, each on the condition that it still is what was read, and moves `#applied`
   * last, on the same condition. A crash at any point leaves standings that a repetition completes.
   */
  write(change: PlayerChange): Promise<WriteOutcome>;
}
