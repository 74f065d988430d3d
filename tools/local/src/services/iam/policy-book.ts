import { LocalStackError } from '../../shared/errors.ts';
import { conditionKeysOf, parsePolicyDocument, type PolicyDocument } from './policy-document.ts';
import { isSupportedKey } from './condition-keys.ts';
import {
  describeGrant,
  grantsOf,
  withoutGrants,
  type Grant,
  type GrantReference,
} from './grants.ts';
import type { ResourcePolicies, ResourcePolicy } from './resource-policies.ts';
import type { RolePolicies, RoleRegistry } from './role-registry.ts';

export interface NamedPolicy {
  readonly name: string;
  readonly policy: PolicyDocument;
}

/** All policies as decisions use them: parsed, and without the removed grants. */
export class PolicyBook {
  readonly #roles: RoleRegistry;
  readonly #resourcePolicies: ResourcePolicies;
  readonly #removed: readonly GrantReference[];

  constructor(
    roles: RoleRegistry,
    resourcePolicies: ResourcePolicies,
    removed: readonly GrantReference[],
  ) {
    this.#roles = roles;
    this.#resourcePolicies = resourcePolicies;
    this.#removed = removed;
  }

  hasRole(name: string): boolean {
    return this.#roles.get(name) !== undefined;
  }

  /** The inline and attached policies of a role; none for a role that is not in the program. */
  identityPoliciesOf(roleName: string): NamedPolicy[] {
    const role = this.#roles.get(roleName);
    if (role === undefined) return [];
    return documentsOf(role, this.#roles)
      .map(({ name, policy }) => ({ name, policy: withoutGrants(roleName, policy, this.#removed) }))
      .filter(({ policy }) => policy.Statement.length > 0);
  }

  resourcePolicyOf(resourceArn: string): ResourcePolicy | undefined {
    const policy = this.#resourcePolicies.get(resourceArn);
    if (policy === undefined) return undefined;
    const document = withoutGrants(policy.owner, policy.document, this.#removed);
    return document.Statement.length === 0 ? undefined : { owner: policy.owner, document };
  }

  /** Everything that the program allows, without the roles of tests. */
  grants(): Grant[] {
    const ofRoles = this.#roles
      .all()
      .filter(({ isTemporary }) => isTemporary !== true)
      .flatMap(({ name }) =>
        this.identityPoliciesOf(name).flatMap(({ policy }) => grantsOf(name, policy)),
      );
    const ofResources = this.#resourcePolicies
      .all()
      .flatMap(({ owner, document }) =>
        grantsOf(owner, withoutGrants(owner, document, this.#removed)),
      );
    return [...ofRoles, ...ofResources];
  }

  /**
   * Rejects what cannot be decided as AWS does, and removed grants that the program does not have.
   *
   * @throws LocalStackError
   */
  check(): void {
    const sources = this.#roles.all().map((role) => ({
      owner: `role ${role.name}`,
      documents: documentsOf(role, this.#roles).map(({ policy }) => policy),
      grants: documentsOf(role, this.#roles).flatMap(({ policy }) => grantsOf(role.name, policy)),
    }));
    for (const { owner, document } of this.#resourcePolicies.all()) {
      sources.push({ owner, documents: [document], grants: grantsOf(owner, document) });
    }
    for (const { owner, documents } of sources) {
      const unknown = documents.flatMap(conditionKeysOf).find((key) => !isSupportedKey(key));
      if (unknown === undefined) continue;
      throw new LocalStackError(
        'UnsupportedProperty',
        `The policy of ${owner} uses the condition key ${unknown}, which the local stack does not have. ` +
          'Add it to tools/local/src/services/iam/condition-keys.ts, with its value for each operation that has it.',
      );
    }
    const grants = new Set(sources.flatMap((source) => source.grants.map(describeGrant)));
    const missing = this.#removed.map(describeGrant).find((name) => !grants.has(name));
    if (missing !== undefined) {
      throw new LocalStackError(
        'InvalidOption',
        `--remove-grant ${missing}: the program has no such grant. Its grants:\n  ${[...grants].sort().join('\n  ')}`,
      );
    }
  }
}

function documentsOf(role: RolePolicies, roles: RoleRegistry): NamedPolicy[] {
  const owner = `role ${role.name}`;
  const inline = [...role.inline].map(([name, json]) => ({
    name,
    policy: parsePolicyDocument(owner, json),
  }));
  const attached = [...role.attached].map((arn) => {
    const json = roles.managedPolicies.get(arn);
    if (json !== undefined) return { name: arn, policy: parsePolicyDocument(owner, json) };
    throw new LocalStackError(
      'UnsupportedProperty',
      `The ${owner} has the policy ${arn} attached, which is not one of the program; the local stack has no AWS managed ` +
        'policies. Declare what the role needs in a policy of the program.',
    );
  });
  return [...inline, ...attached];
}
