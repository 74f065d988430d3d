import type { PlayerChange } from '../fold/player-change.ts';
import type { StandingsStore, WriteOutcome } from '../storage/standings-store.ts';

/** The part of one player in a joint write. */
export interface JointWriter {
  /** Resolves when the players of the batch are written. Once at most. @throws whatever the tables throw */
  write(change: PlayerChange): Promise<WriteOutcome>;
  /** The player writes nothing, or no more. Without it the others would wait. */
  leave(): void;
}

/**
 * Writes the players of a batch together once each of them has its change or has left: the boards' log items are then shared,
 * which is most of what an update costs.
 */
export class JointWrite {
  readonly #store: Pick<StandingsStore, 'writeAll'>;
  readonly #changes: PlayerChange[] = [];
  readonly #written = Promise.withResolvers<ReadonlyMap<string, WriteOutcome>>();
  #missing: number;

  /** @param players how many take part */
  constructor(store: Pick<StandingsStore, 'writeAll'>, players: number) {
    this.#store = store;
    this.#missing = players;
    // Whoever writes gets the error; when all have left, nobody does.
    this.#written.promise.catch(() => undefined);
  }

  join(): JointWriter {
    let isOpen = true;
    const arrive = () => {
      if (!isOpen) return;
      isOpen = false;
      this.#missing -= 1;
      if (this.#missing > 0) return;
      this.#store.writeAll(this.#changes).then(this.#written.resolve, this.#written.reject);
    };
    return {
      write: async (change) => {
        this.#changes.push(change);
        arrive();
        return (await this.#written.promise).get(change.playerId) ?? 'moved';
      },
      leave: arrive,
    };
  }
}
