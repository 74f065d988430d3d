import { runSimulation, type RequestAnalysis } from '@cloud-copilot/iam-simulate';

import { ACCOUNT_ID } from '../../shared/arn.ts';
import { LocalStackError } from '../../shared/errors.ts';
import type { ConditionValues } from './condition-keys.ts';
import type { Grant } from './grants.ts';
import type { NamedPolicy } from './policy-book.ts';
import { principalArn, simulatedPrincipal, type Principal } from './principal.ts';
import type { ResourcePolicy } from './resource-policies.ts';

export type Decision =
  /** With the grants of the program that allow it. */
  | { readonly allowed: true; readonly grants: readonly Grant[] }
  /** With the message of AWS. */
  | { readonly allowed: false; readonly message: string };

export interface DecisionInput {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly conditions: ConditionValues;
  /** Owner of the identity policies; undefined for principals without policies of the program. */
  readonly role: string | undefined;
  readonly identityPolicies: readonly NamedPolicy[];
  readonly resourcePolicy: ResourcePolicy | undefined;
}

/** Decides a request as IAM does: an explicit deny wins, then any allow, of the identity or of the resource. */
export async function decide(input: DecisionInput): Promise<Decision> {
  const { principal, action, resource, conditions, identityPolicies, resourcePolicy } = input;
  const simulated = await runSimulation(
    {
      request: {
        principal: simulatedPrincipal(principal),
        action,
        resource: { resource, accountId: ACCOUNT_ID },
        contextVariables: { ...conditions },
      },
      identityPolicies: [...identityPolicies],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resourcePolicy !== undefined && { resourcePolicy: resourcePolicy.document }),
    },
    {},
  );
  if (simulated.resultType !== 'single') {
    const reason = simulated.resultType === 'error' ? simulated.errors : simulated.overallResult;
    throw new LocalStackError(
      'InvalidResource',
      `Whether ${principalArn(principal)} may ${action} on ${resource} cannot be decided: ${JSON.stringify(reason)}. ` +
        'Correct the policy in the Pulumi program, or the entry of the operation in tools/local/src/services/iam/operations.',
    );
  }
  const { analysis } = simulated.result;
  return analysis.result === 'Allowed'
    ? { allowed: true, grants: grantsUsed(input, analysis) }
    : { allowed: false, message: denialMessage(input, analysis) };
}

function grantsUsed({ role, resourcePolicy }: DecisionInput, analysis: RequestAnalysis): Grant[] {
  return [
    ...(role === undefined ? [] : matched(role, analysis.identityAnalysis?.allowStatements)),
    ...(resourcePolicy === undefined
      ? []
      : matched(resourcePolicy.owner, analysis.resourceAnalysis?.allowStatements)),
  ];
}

type AllowStatements = NonNullable<RequestAnalysis['identityAnalysis']>['allowStatements'];

/** The actions and resources that matched, as the statements spell them. */
function matched(owner: string, statements: AllowStatements = []): Grant[] {
  return statements.flatMap(({ statement, explain }) => {
    const actions = [explain.actions ?? []].flat().filter(({ matches }) => matches);
    const resources = [explain.resources ?? []].flat().filter(({ matches }) => matches);
    return actions.flatMap(({ action }) =>
      resources.map(({ resource }) => ({ owner, sid: statement.sid() ?? '', action, resource })),
    );
  });
}

/** The messages of "Troubleshoot access denied error messages" in the IAM user guide. */
function denialMessage(
  { principal, action, resource, resourcePolicy }: DecisionInput,
  { identityAnalysis, resourceAnalysis }: RequestAnalysis,
): string {
  const what = `User: ${principalArn(principal)} is not authorized to perform: ${action} on resource: ${resource}`;
  if (identityAnalysis?.result === 'ExplicitlyDenied') {
    return `${what} with an explicit deny in an identity-based policy`;
  }
  if (resourcePolicy !== undefined && resourceAnalysis?.result === 'ExplicitlyDenied') {
    return `${what} with an explicit deny in a resource-based policy`;
  }
  const kind =
    principal.kind === 'role' || principal.kind === 'administrator' ? 'identity' : 'resource';
  return `${what} because no ${kind}-based policy allows the ${action} action`;
}
