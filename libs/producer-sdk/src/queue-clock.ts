import type { Runtime } from './runtime.ts';

/**
 * Clocks that differ by less count as equal, in ms. The `Date` of a response has whole seconds and is as old as the
 * response's latency, so following it closely would make the times of correct hosts jump.
 */
const TOLERANCE_MS = 60_000;

/**
 * The queue's clock, as seen from a host whose own clock may be wrong. The AWS SDK compares the `Date` of every response
 * with the host's clock (`systemClockOffset`); this class derives times from that offset.
 */
export class QueueClock {
  readonly #runtime: Pick<Runtime, 'now' | 'elapsed'>;
  readonly #readOffset: (() => number) | undefined;
  #correctionMs = 0;
  /** The wall clock minus the monotonic clock, at the latest response. */
  #wallMinusElapsed: number | undefined;

  /** @param readOffset the client's offset, in ms to add to the host's clock; without it the host's clock is trusted */
  constructor(runtime: Pick<Runtime, 'now' | 'elapsed'>, readOffset?: () => number) {
    this.#runtime = runtime;
    this.#readOffset = readOffset;
  }

  /** Whether a response has shown the offset, and the host's clock has not jumped since. */
  get isKnown(): boolean {
    if (this.#readOffset === undefined) return true;
    return this.#wallMinusElapsed !== undefined && isNear(this.#gap(), this.#wallMinusElapsed);
  }

  /** The host's own clock, ms since 1970. */
  get hostNow(): number {
    return this.#runtime.now();
  }

  /** Whether the host's clock is known to be off by more than a minute. */
  get isHostOff(): boolean {
    return !isNear(this.hostNow, this.queueNow);
  }

  /** The queue's clock according to the latest response, ms since 1970; slightly behind, never ahead. */
  get queueNow(): number {
    return this.hostNow + (this.#readOffset?.() ?? 0);
  }

  /** Call after every response: the offset is then known. */
  responseReceived(): void {
    this.#wallMinusElapsed = this.#gap();
  }

  /** The time to write into an update: the host's clock, corrected only when it is off by more than a minute. */
  now(): number {
    const offset = this.#readOffset?.() ?? 0;
    if (!isNear(offset, this.#correctionMs)) this.#correctionMs = offset;
    return this.hostNow + this.#correctionMs;
  }

  /**
   * The wall-clock time, ms since 1970, of a moment on {@link Runtime.elapsed}.
   *
   * @param takenMs what was taken for it at that moment; returned unchanged unless it was wrong
   */
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
