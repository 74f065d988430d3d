import { globalConditions, type ConditionValues } from './condition-keys.ts';
import { decide, type Decision } from './decision.ts';
import type { AccessRequest } from './operations/operation.ts';
import type { NamedPolicy, PolicyBook } from './policy-book.ts';
import { conditionKeysOf } from './policy-document.ts';
import { principalArn, type Principal } from './principal.ts';
import type { AccessUsage } from './usage.ts';

/** The most decisions in the cache; only conditions with many values, such as the keys of items, need so many. */
const MAX_DECISIONS = 20_000;

/** Administrators may do everything that no policy of a resource denies. */
const ADMINISTRATOR_ACCESS: NamedPolicy = {
  name: 'AdministratorAccess',
  policy: {
    Version: '2012-10-17',
    Statement: [{ Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' }],
  },
};

export interface AccessControlOptions {
  readonly policies: PolicyBook;
  readonly usage: AccessUsage;
  readonly region: string;
}

/**
 * Decides by the policies of the Pulumi program what a principal may do. A decision takes about 2 ms and is cached, so the
 * policies must be complete before the first one.
 */
export class AccessControl {
  readonly #options: AccessControlOptions;
  readonly #decisions = new Map<string, Promise<Decision>>();
  readonly #conditionKeys = new Map<string, ReadonlySet<string>>();

  constructor(options: AccessControlOptions) {
    this.#options = options;
  }

  /** @returns the message of AWS if one of the requests is not allowed; undefined if all are */
  async denialOf(
    principal: Principal,
    requests: readonly AccessRequest[],
  ): Promise<string | undefined> {
    for (const request of requests) {
      const decision = await this.#decisionOf(principal, request);
      if (!decision.allowed) {
        const { action, resource } = request;
        this.#options.usage.recordDenial(principalArn(principal), action, resource);
        return decision.message;
      }
    }
    return undefined;
  }

  #decisionOf(principal: Principal, request: AccessRequest): Promise<Decision> {
    const conditions = this.#conditionsUsed(principal, request);
    const key = JSON.stringify([principal, request.action, request.resource, conditions]);
    const cached = this.#decisions.get(key);
    if (cached !== undefined) return cached;
    if (this.#decisions.size >= MAX_DECISIONS) this.#decisions.clear();
    const decision = this.#decide(principal, request, conditions);
    this.#decisions.set(key, decision);
    return decision;
  }

  async #decide(
    principal: Principal,
    { action, resource }: AccessRequest,
    conditions: ConditionValues,
  ): Promise<Decision> {
    const { policies, usage, region } = this.#options;
    const decision = await decide({
      principal,
      action,
      resource,
      conditions: { ...globalConditions(principal, region), ...conditions },
      role: principal.kind === 'role' ? principal.role : undefined,
      identityPolicies: this.#identityPoliciesOf(principal),
      resourcePolicy: policies.resourcePolicyOf(resource),
    });
    if (decision.allowed) usage.recordUse(decision.grants);
    return decision;
  }

  #identityPoliciesOf(principal: Principal): NamedPolicy[] {
    if (principal.kind === 'role') return this.#options.policies.identityPoliciesOf(principal.role);
    return principal.kind === 'administrator' ? [ADMINISTRATOR_ACCESS] : [];
  }

  /** Reads only the keys that a policy uses; other keys would differ in most requests and change no decision. */
  #conditionsUsed(principal: Principal, request: AccessRequest): ConditionValues {
    if (request.conditions === undefined) return {};
    const used = this.#conditionKeysFor(principal, request.resource);
    const values: Record<string, string | string[]> = {};
    for (const [key, valueOf] of Object.entries(request.conditions)) {
      const value = used.has(key.toLowerCase()) ? valueOf() : undefined;
      if (value !== undefined) values[key] = value;
    }
    return values;
  }

  #conditionKeysFor(principal: Principal, resource: string): ReadonlySet<string> {
    const id = `${principal.kind === 'role' ? principal.role : ''} ${resource}`;
    const known = this.#conditionKeys.get(id);
    if (known !== undefined) return known;
    const ofResource = this.#options.policies.resourcePolicyOf(resource);
    const keys = new Set([
      ...this.#identityPoliciesOf(principal).flatMap(({ policy }) => conditionKeysOf(policy)),
      ...(ofResource === undefined ? [] : conditionKeysOf(ofResource.document)),
    ]);
    this.#conditionKeys.set(id, keys);
    return keys;
  }
}
