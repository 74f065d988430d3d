import type { RoleRegistry } from '../../services/iam/role-registry.ts';
import { ACCOUNT_ID, nameFromArn } from '../../shared/arn.ts';
import {
  nameOf,
  type CreatedResource,
  type ResourceProviders,
  type ResourceRequest,
} from '../provider.ts';

export function iamProviders(roles: RoleRegistry): ResourceProviders {
  return {
    'aws:iam/role:Role': (resource) => createRole(resource, roles),
    'aws:iam/rolePolicy:RolePolicy': (resource) => createRolePolicy(resource, roles),
    'aws:iam/policy:Policy': (resource) => createPolicy(resource, roles),
    'aws:iam/rolePolicyAttachment:RolePolicyAttachment': (resource) =>
      attachPolicy(resource, roles),
  };
}

function createRole(resource: ResourceRequest, roles: RoleRegistry): CreatedResource {
  const { inputs } = resource;
  const name = nameOf(resource);
  inputs.unsupported('permissionsBoundary', 'permissions boundaries are not evaluated.');
  const inline = inputs
    .children('inlinePolicies')
    .map((policy): [string, string] => [policy.string('name'), policy.string('policy')]);
  roles.add({
    name,
    assumeRolePolicy: inputs.string('assumeRolePolicy'),
    inline: new Map(inline),
    attached: new Set(inputs.strings('managedPolicyArns')),
  });
  return { id: name, outputs: { name, arn: `arn:aws:iam::${ACCOUNT_ID}:role/${name}` } };
}

function createRolePolicy(resource: ResourceRequest, roles: RoleRegistry): CreatedResource {
  const { inputs } = resource;
  const name = nameOf(resource);
  const role = nameFromArn(inputs.string('role'));
  roles.get(role)?.inline.set(name, inputs.string('policy'));
  return { id: `${role}:${name}`, outputs: { name } };
}

function createPolicy(resource: ResourceRequest, roles: RoleRegistry): CreatedResource {
  const name = nameOf(resource);
  const policyArn = `arn:aws:iam::${ACCOUNT_ID}:policy/${name}`;
  roles.managedPolicies.set(policyArn, resource.inputs.string('policy'));
  return { id: policyArn, outputs: { name, arn: policyArn } };
}

function attachPolicy({ name, inputs }: ResourceRequest, roles: RoleRegistry): CreatedResource {
  roles.get(inputs.string('role'))?.attached.add(inputs.string('policyArn'));
  return { id: name, outputs: {} };
}
