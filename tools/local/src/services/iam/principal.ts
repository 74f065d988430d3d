import { anonymousPrincipal, type Simulation } from '@cloud-copilot/iam-simulate';

import { ACCOUNT_ID, nameFromArn } from '../../shared/arn.ts';
import type { Caller } from '../gateway/credentials.ts';

/** Who makes a request. */
export type Principal =
  /** A session of a role: a function, a pipe, a schedule. */
  | { readonly kind: 'role'; readonly role: string; readonly session: string }
  /** Any credentials that the stack did not issue: developers, tests, tools. */
  | { readonly kind: 'administrator' }
  /** An AWS service that acts on behalf of a resource of the account. */
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn: string }
  /** Anyone: a request without a signature. */
  | { readonly kind: 'anonymous' };

export function principalOf(caller: Caller | undefined): Principal {
  return caller === undefined
    ? { kind: 'administrator' }
    : { kind: 'role', role: nameFromArn(caller.roleArn), session: caller.sessionName };
}

/** The principal in the messages of AWS. */
export function principalArn(principal: Principal): string {
  switch (principal.kind) {
    case 'role':
      return `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${principal.role}/${principal.session}`;
    case 'administrator':
      return `arn:aws:iam::${ACCOUNT_ID}:user/administrator`;
    case 'service':
      return principal.service;
    case 'anonymous':
      return 'anonymous';
  }
}

export function simulatedPrincipal(principal: Principal): Simulation['request']['principal'] {
  return principal.kind === 'anonymous' ? anonymousPrincipal : principalArn(principal);
}
