import { ACCOUNT_ID } from '../../shared/arn.ts';
import { LocalStackError } from '../../shared/errors.ts';
import type { CredentialRegistry, SessionCredentials } from '../gateway/credentials.ts';
import { parsePolicyDocument } from './policy-document.ts';
import type { RoleRegistry } from './role-registry.ts';

/** Whom to act as: a role of the program, or a temporary role with this policy only. */
export type ActAs =
  { readonly role: string } | { readonly policy: Readonly<Record<string, unknown>> };

/**
 * Credentials for tests that act with fewer permissions than an administrator.
 *
 * @throws LocalStackError `InvalidOption` for an unknown role
 */
export function startSession(
  actAs: ActAs,
  roles: RoleRegistry,
  credentials: CredentialRegistry,
): SessionCredentials {
  const role = 'role' in actAs ? actAs.role : addTemporaryRole(actAs.policy, roles);
  if (roles.get(role) === undefined) {
    throw new LocalStackError('InvalidOption', `The program has no role "${role}" to act as.`);
  }
  return credentials.issue({
    sessionName: 'session',
    roleArn: `arn:aws:iam::${ACCOUNT_ID}:role/${role}`,
  });
}

function addTemporaryRole(policy: Readonly<Record<string, unknown>>, roles: RoleRegistry): string {
  const json = JSON.stringify(policy);
  const name = `temporary-${String(roles.all().length + 1)}`;
  parsePolicyDocument(`role ${name}`, json);
  roles.add({
    name,
    assumeRolePolicy: '',
    inline: new Map([['given', json]]),
    attached: new Set(),
    isTemporary: true,
  });
  return name;
}
