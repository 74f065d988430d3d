import { createHash } from 'node:crypto';

export interface ApiKey {
  readonly id: string;
  readonly value: string;
}

/** API keys, and the usage plans that make them valid at stages. */
export class ApiKeys {
  readonly #keys = new Map<string, ApiKey>();
  /** Usage plan id → its stages (`<API id>/<stage>`) and the ids of its keys. */
  readonly #plans = new Map<string, { stages: ReadonlySet<string>; keyIds: Set<string> }>();

  /** The value of a key is the same in every run, so that commands in a shell's history keep working. */
  create(name: string, value: string | undefined): ApiKey {
    const digest = createHash('sha256').update(`API key ${name}`).digest('hex');
    const key = { id: digest.slice(0, 10), value: value ?? digest.slice(10, 50) };
    this.#keys.set(key.id, key);
    return key;
  }

  addPlan(id: string, stages: readonly string[]): void {
    this.#plans.set(id, { stages: new Set(stages), keyIds: new Set() });
  }

  addToPlan(planId: string, keyId: string): void {
    this.#plans.get(planId)?.keyIds.add(keyId);
  }

  /** The key with this value, if a usage plan makes it valid at the stage (`<API id>/<stage>`). */
  find(value: string | undefined, stage: string): ApiKey | undefined {
    const key = [...this.#keys.values()].find((candidate) => candidate.value === value);
    if (key === undefined) return undefined;
    const isValid = [...this.#plans.values()].some(
      (plan) => plan.stages.has(stage) && plan.keyIds.has(key.id),
    );
    return isValid ? key : undefined;
  }
}
