import { createHash } from 'node:crypto';

import { type Admission, UsagePlan, type UsageClock, type UsagePlanOptions } from './usage-plan.ts';

export interface ApiKey {
  readonly id: string;
  readonly value: string;
}

const SYSTEM_CLOCK: UsageClock = {
  monotonicMs: () => performance.now(),
  nowMs: () => Date.now(),
};

/** API keys, and the usage plans that make them valid at stages. */
export class ApiKeys {
  readonly #keys = new Map<string, ApiKey>();
  /** By id. */
  readonly #plans = new Map<string, UsagePlan>();

  /** The value of a key is the same in every run, so that commands in a shell's history keep working. */
  create(name: string, value: string | undefined): ApiKey {
    const digest = createHash('sha256').update(`API key ${name}`).digest('hex');
    const key = { id: digest.slice(0, 10), value: value ?? digest.slice(10, 50) };
    this.#keys.set(key.id, key);
    return key;
  }

  addPlan(id: string, options: UsagePlanOptions): void {
    this.#plans.set(id, new UsagePlan(options, SYSTEM_CLOCK));
  }

  addToPlan(planId: string, keyId: string): void {
    this.#plans.get(planId)?.addKey(keyId);
  }

  /** The key with this value, if a usage plan makes it valid at the stage (`<API id>/<stage>`). */
  find(value: string | undefined, stage: string): ApiKey | undefined {
    const key = [...this.#keys.values()].find((candidate) => candidate.value === value);
    if (key === undefined) return undefined;
    return this.#planOf(key, stage) === undefined ? undefined : key;
  }

  /** Counts a request with a key that is valid at the stage. */
  admit(key: ApiKey, stage: string): Admission {
    return this.#planOf(key, stage)?.admit(key.id) ?? 'admitted';
  }

  #planOf(key: ApiKey, stage: string): UsagePlan | undefined {
    return [...this.#plans.values()].find((plan) => plan.isValidAt(key.id, stage));
  }
}
