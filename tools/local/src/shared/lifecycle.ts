/** What starts once every resource exists, and what stops with the stack. */
export class Lifecycle {
  readonly #starts: (() => void)[] = [];
  readonly #stops: (() => Promise<void>)[] = [];

  /** Pollers start here, so that a program that fails processes nothing. */
  onReady(start: () => void): void {
    this.#starts.push(start);
  }

  /** Stops run when the stack stops, latest first. */
  onStop(stop: () => Promise<void>): void {
    this.#stops.push(stop);
  }

  /** Registers the stop of a part that runs, and returns the part. */
  stopping<Part extends { stop(): Promise<void> }>(part: Part): Part {
    this.onStop(() => part.stop());
    return part;
  }

  ready(): void {
    for (const start of this.#starts) start();
  }

  async stop(): Promise<void> {
    for (let next = this.#stops.pop(); next !== undefined; next = this.#stops.pop()) await next();
  }
}
