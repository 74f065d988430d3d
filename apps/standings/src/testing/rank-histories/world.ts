/** Something that acts in a history: a process that can be killed, or the tables themselves, which cannot. */
export interface Actor {
  readonly name: string;
  isAlive: boolean;
  /** Turns until it is killed, as a function is at its timeout. */
  turnsLeft: number;
}

/** What one turn of the clock takes, in ms. */
const TURN_MS = 5;

/**
 * Interleaves actors at random: each waits for its turn before and after whatever others could see, and one of those that wait
 * goes on at a time. A history is repeated by its seed.
 */
export class World {
  readonly random: () => number;
  /** ms since the epoch. */
  nowMs: number;
  readonly #waiting: { actor: Actor; go: () => void }[] = [];
  readonly #ended = new Map<Actor, () => void>();

  constructor(random: () => number, startMs: number) {
    this.random = random;
    this.nowMs = startMs;
  }

  /** A whole number below a limit. */
  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  turn(actor: Actor): Promise<void> {
    return new Promise((go) => this.#waiting.push({ actor, go }));
  }

  /**
   * Starts an actor.
   *
   * @param act gets the actor, to wait for its turns
   * @param ended is called once: with true when it was killed
   */
  spawn(
    name: string,
    act: (actor: Actor) => Promise<void>,
    ended: (wasKilled: boolean) => void = () => undefined,
    turnsLeft = Infinity,
  ): Actor {
    const actor = { name, isAlive: true, turnsLeft };
    this.#ended.set(actor, () => {
      ended(true);
    });
    void this.turn(actor)
      .then(() => act(actor))
      .then(() => {
        if (!actor.isAlive) return;
        this.#ended.delete(actor);
        ended(false);
      });
    return actor;
  }

  kill(actor: Actor): void {
    if (!actor.isAlive) return;
    actor.isAlive = false;
    const ended = this.#ended.get(actor);
    this.#ended.delete(actor);
    ended?.();
  }

  /** Goes on until nobody waits any more. */
  async run(): Promise<void> {
    for (;;) {
      // What the last turn has set off comes to its next wait first.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#waiting.length === 0) return;
      const [next] = this.#waiting.splice(this.below(this.#waiting.length), 1);
      if (next === undefined) return;
      this.nowMs += TURN_MS;
      const { actor, go } = next;
      actor.turnsLeft -= 1;
      if (actor.turnsLeft < 0) this.kill(actor);
      // A killed actor stays where it is.
      if (actor.isAlive) go();
    }
  }
}
