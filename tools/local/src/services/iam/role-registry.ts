import { ACCOUNT_ID, nameFromArn } from '../../shared/arn.ts';
import type { ResourceProvider } from '../../resources/stack-context.ts';

/** A policy document as the Pulumi program wrote it: JSON text. */
export interface RolePolicies {
  readonly name: string;
  readonly assumeRolePolicy: string;
  /** Inline policies, by policy name. */
  readonly inline: Map<string, string>;
  /** ARNs of attached managed policies. */
  readonly attached: Set<string>;
  /** Made by a test to act as; not a part of the program. */
  readonly isTemporary?: true;
}

/** Every role of the program with its policies: what its functions, pipes and schedules may do. */
export class RoleRegistry {
  readonly #roles = new Map<string, RolePolicies>();
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

const createRole: ResourceProvider = ({ name: logicalName, inputs }, stack) => {
  const name = inputs.optionalText('name') ?? logicalName;
  inputs.refuse('permissionsBoundary', 'permissions boundaries are not evaluated.');
  const inline = inputs
    .children('inlinePolicies')
    .map((policy): [string, string] => [policy.text('name'), policy.text('policy')]);
  stack.roles.add({
    name,
    assumeRolePolicy: inputs.text('assumeRolePolicy'),
    inline: new Map(inline),
    attached: new Set(inputs.texts('managedPolicyArns')),
  });
  return { id: name, outputs: { name, arn: `arn:aws:iam::${ACCOUNT_ID}:role/${name}` } };
};

const createRolePolicy: ResourceProvider = ({ name: logicalName, inputs }, stack) => {
  const name = inputs.optionalText('name') ?? logicalName;
  const role = nameFromArn(inputs.text('role'));
  stack.roles.get(role)?.inline.set(name, inputs.text('policy'));
  return { id: `${role}:${name}`, outputs: { name } };
};

const createPolicy: ResourceProvider = ({ name: logicalName, inputs }, stack) => {
  const name = inputs.optionalText('name') ?? logicalName;
  const policyArn = `arn:aws:iam::${ACCOUNT_ID}:policy/${name}`;
  stack.roles.managedPolicies.set(policyArn, inputs.text('policy'));
  return { id: policyArn, outputs: { name, arn: policyArn } };
};

const attachPolicy: ResourceProvider = ({ name, inputs }, stack) => {
  stack.roles.get(inputs.text('role'))?.attached.add(inputs.text('policyArn'));
  return { id: name, outputs: {} };
};

export const iamResources: Readonly<Record<string, ResourceProvider>> = {
  'aws:iam/role:Role': createRole,
  'aws:iam/rolePolicy:RolePolicy': createRolePolicy,
  'aws:iam/policy:Policy': createPolicy,
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment': attachPolicy,
};
