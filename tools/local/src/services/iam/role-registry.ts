import { nameFromArn } from '../../shared/arn.ts';

/** A role with its policies, each as the JSON that the Pulumi program wrote. */
export interface RolePolicies {
  readonly name: string;
  readonly assumeRolePolicy: string;
  /** Inline policies, by policy name. */
  readonly inline: Map<string, string>;
  /** ARNs of attached managed policies. */
  readonly attached: Set<string>;
  /** Created by a test to act as; not a part of the program. */
  readonly isTemporary?: true;
}

/** Every role of the program with its policies: what its functions, pipes and schedules may do. */
export class RoleRegistry {
  readonly #roles = new Map<string, RolePolicies>();
  /** JSON of the managed policies of the program, by ARN. */
  readonly managedPolicies = new Map<string, string>();

  add(role: RolePolicies): void {
    this.#roles.set(role.name, role);
  }

  /** @param reference the role's name or its ARN: Pulumi programs pass either. */
  get(reference: string): RolePolicies | undefined {
    return this.#roles.get(nameFromArn(reference));
  }

  all(): RolePolicies[] {
    return [...this.#roles.values()];
  }
}
