import type { Simulation } from './simulation.ts';

/** Timeout of the function as deployed. */
export const FUNCTION_TIMEOUT_MS = 30_000;

export interface InvocationOptions {
  readonly name: string;
  readonly simulation: Simulation;
  /** What wakes it before it is killed; Infinity for one that is not. */
  readonly wakesBeforeKill: number;
  readonly timeoutIsEnforced: boolean;
  /** How long the process freezes before it sees what it waits for, in ms; 0 most of the time. */
  readonly freezeMs: () => number;
}

/**
 * One run of the function. All that its code waits for reaches it through {@link wake}: a killed one is woken no more, so
 * that its code stops at that wait for ever, and a frozen one is woken later. What it has sent is on its way regardless.
 */
export class Invocation {
  readonly name: string;
  readonly #options: InvocationOptions;
  readonly #startMs: number;
  #wakesLeft: number;
  #frozenUntilMs = 0;
  #isDone = false;

  constructor(options: InvocationOptions) {
    this.name = options.name;
    this.#options = options;
    this.#startMs = options.simulation.nowMs;
    this.#wakesLeft = options.wakesBeforeKill;
  }

  get remainingMs(): number {
    return this.#startMs + FUNCTION_TIMEOUT_MS - this.#options.simulation.nowMs;
  }

  get isAlive(): boolean {
    if (this.#options.timeoutIsEnforced && this.remainingMs <= 0) return false;
    return this.#wakesLeft > 0 && !this.#isDone;
  }

  /** Its response is there: nothing that it left running matters to it any more. */
  done(): void {
    this.#isDone = true;
  }

  readonly sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      this.#options.simulation.after(ms, () => {
        this.wake(resolve);
      });
    });

  /** Continues the code that waits, unless the invocation was killed. */
  wake(resume: () => void): void {
    const { simulation, freezeMs } = this.#options;
    if (!this.isAlive) return;
    if (simulation.nowMs >= this.#frozenUntilMs)
      this.#frozenUntilMs = simulation.nowMs + freezeMs();
    if (simulation.nowMs < this.#frozenUntilMs) {
      simulation.after(this.#frozenUntilMs - simulation.nowMs, () => {
        this.#resume(resume);
      });
    } else {
      this.#resume(resume);
    }
  }

  #resume(resume: () => void): void {
    if (!this.isAlive) return;
    this.#wakesLeft -= 1;
    if (this.#wakesLeft > 0) resume();
  }
}
