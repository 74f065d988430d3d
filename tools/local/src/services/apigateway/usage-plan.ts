import { TokenBucket } from './token-bucket.ts';

export interface UsagePlanOptions {
  /** `<API id>/<stage>` of the stages at which its keys are valid. */
  readonly stages: readonly string[];
  /** Requests per second and in a burst, of each key; undefined: no throttle. */
  readonly throttle: { readonly rate: number; readonly burst: number } | undefined;
  /** Requests of each key in a day; undefined: no quota. */
  readonly requestsPerDay: number | undefined;
}

/** Time, for tests. */
export interface UsageClock {
  /** ms of a monotonic clock. */
  readonly monotonicMs: () => number;
  /** ms since the epoch. */
  readonly nowMs: () => number;
}

const DAY_MS = 86_400_000;

/** How a request fares under a usage plan. */
export type Admission = 'admitted' | 'THROTTLED' | 'QUOTA_EXCEEDED';

/** A usage plan: makes keys valid at stages, and counts the requests of each. */
export class UsagePlan {
  readonly #options: UsagePlanOptions;
  readonly #clock: UsageClock;
  readonly #keys = new Map<
    string,
    { bucket: TokenBucket | undefined; day: number; used: number }
  >();

  constructor(options: UsagePlanOptions, clock: UsageClock) {
    this.#options = options;
    this.#clock = clock;
  }

  addKey(keyId: string): void {
    const { throttle } = this.#options;
    const bucket =
      throttle && new TokenBucket(throttle.rate, throttle.burst, this.#clock.monotonicMs);
    this.#keys.set(keyId, { bucket, day: this.#today(), used: 0 });
  }

  isValidAt(keyId: string, stage: string): boolean {
    return this.#keys.has(keyId) && this.#options.stages.includes(stage);
  }

  /** Counts a request of a key of the plan. */
  admit(keyId: string): Admission {
    const key = this.#keys.get(keyId);
    if (key === undefined) return 'admitted';
    if (key.bucket?.take() === false) return 'THROTTLED';
    const today = this.#today();
    if (key.day !== today) Object.assign(key, { day: today, used: 0 });
    if (key.used >= (this.#options.requestsPerDay ?? Infinity)) return 'QUOTA_EXCEEDED';
    key.used += 1;
    return 'admitted';
  }

  #today(): number {
    return Math.floor(this.#clock.nowMs() / DAY_MS);
  }
}
