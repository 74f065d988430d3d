import type { Grant } from './grants.ts';

/** A call that was not allowed. */
export interface DeniedAccess {
  /** ARN or service of the principal. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly times: number;
}

/** Which grants decisions used, and which calls they denied. */
export class AccessUsage {
  readonly #used = new Map<string, Grant>();
  readonly #denied = new Map<string, DeniedAccess>();

  recordUse(grants: readonly Grant[]): void {
    for (const grant of grants) this.#used.set(JSON.stringify(grant), grant);
  }

  recordDenial(principal: string, action: string, resource: string): void {
    const key = `${principal} ${action} ${resource}`;
    const times = (this.#denied.get(key)?.times ?? 0) + 1;
    this.#denied.set(key, { principal, action, resource, times });
  }

  used(): Grant[] {
    return [...this.#used.values()];
  }

  denied(): DeniedAccess[] {
    return [...this.#denied.values()];
  }
}
