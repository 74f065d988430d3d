import type { Runtime } from './runtime.ts';

/**
 * Clocks that differ by less count as equal, in ms: the `Date` of a response is in whole seconds and as old as its way
 * back, so following it closely would make the times of good hosts jump.
 */
const TOLERANCE_MS = 60_000;

/**
 * The queue's clock, seen from a host whose own clock may be wrong. The AWS SDK compares the `Date` of every response
 * with the host's clock (`systemClockOffset`); this makes times out of that.
 */
export class QueueClock {
  readonly #runtime: Pick<Runtime, 'now' | 'elapsed'>;
  readonly #readOffset: (() => number) | undefined;
  #correctionMs = 0;
  /** The wall clock minus the clock that never jumps, at the latest response. */
  #wallMinusElapsed: number | undefined;

  /** @param readOffset the client's offset, in ms to add to the host's clock; without it the host's clock is believed */
  constructor(runtime: Pick<Runtime, 'now' | 'elapsed'>, readOffset?: () => number) {
    this.#runtime = runtime;
    this.#readOffset = readOffset;
  }

  /** Whether a response has told the offset, and the host's clock has not jumped since. */
  get isKnown(): boolean {
    if (this.#readOffset === undefined) return true;
    return this.#wallMinusElapsed !== undefined && isNear(this.#gap(), this.#wallMinusElapsed);
  }

  /** The host's own clock, ms since 1970. */
  get hostNow(): number {
    return this.#runtime.now();
  }

  /** Whether the host's clock is off by more than a minute, as far as is known. */
  get isHostOff(): boolean {
    return !isNear(this.hostNow, this.queueNow);
  }

  /** The queue's clock as the latest response tells, ms since 1970; a little behind, never ahead. */
  get queueNow(): number {
    return this.hostNow + (this.#readOffset?.() ?? 0);
  }

  /** Call after every response: from now on the offset is known. */
  heard(): void {
    this.#wallMinusElapsed = this.#gap();
  }

  /** The time to write into an update: the host's clock, corrected only when it is off by more than a minute. */
  now(): number {
    const offset = this.#readOffset?.() ?? 0;
    if (!isNear(offset, this.#correctionMs)) this.#correctionMs = offset;
    return this.hostNow + this.#correctionMs;
  }

  /** The time of a moment on {@link Runtime.elapsed}, given what was taken for it then: that, unless it was wrong. */
  timeOf(elapsed: number, takenMs: number): number {
    const better = this.now() - (this.#runtime.elapsed() - elapsed);
    return isNear(takenMs, better) ? takenMs : Math.round(better);
  }

  #gap(): number {
    return this.hostNow - this.#runtime.elapsed();
  }
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE_MS;
}
