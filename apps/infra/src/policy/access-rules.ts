import { type Statement, statementsOf } from './policy-document.ts';
import { TYPES } from '../graph/resource-types.ts';
import { listOf, type PolicyResource, valueAt } from './resource.ts';
import type { ResourceRule } from './rule.ts';

/** Why a statement may name `*` as its resource, and for which actions. An action of `*` has no reason. */
interface WildcardReason {
  actions: readonly string[];
  reason: string;
}

/** By statement ids. */
export const WILDCARD_REASONS: Readonly<Record<string, WildcardReason>> = {
  XRayHasNoResourceLevelPermissions: {
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    reason: 'Service Authorization Reference, AWS X-Ray: these take no resource',
  },
  ListStreamsHasNoResourceLevelPermissions: {
    actions: ['dynamodb:ListStreams'],
    reason:
      'Service Authorization Reference, Amazon DynamoDB: it takes no resource; a pipe needs it',
  },
  ApiGatewayWritesTheLogsOfAllItsApis: {
    actions: [
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:DescribeLogGroups',
      'logs:DescribeLogStreams',
      'logs:FilterLogEvents',
      'logs:GetLogEvents',
      'logs:PutLogEvents',
    ],
    reason:
      'API Gateway, setting up CloudWatch logging for REST APIs: its role serves every API of the account',
  },
};

/** A `*` that does not widen: all streams of one log group, all objects of one bucket. */
const WITHIN_ONE_RESOURCE = /^arn:aws[a-z-]*:(?:logs:[^*]*:log-group:[^*]+:\*|s3:::[^*/]+\/\*)$/;

export const noWildcardPermissions: ResourceRule = {
  scope: 'resource',
  name: 'no-wildcard-permissions',
  description:
    'No role is allowed a wildcard action, nor a wildcard resource without a named reason.',
  check: (resource) => [
    ...identityPolicies(resource).flatMap((document) =>
      (statementsOf(document) ?? []).filter((s) => s.effect === 'Allow').flatMap(wildcardsIn),
    ),
    ...managedByAws(resource).map(
      (arn) =>
        `${String(arn)} is AWS's own policy, which allows more than is used: list the actions that are used`,
    ),
  ],
};

function identityPolicies(resource: PolicyResource): unknown[] {
  switch (resource.type) {
    case TYPES.rolePolicy:
    case TYPES.managedPolicy:
      return [valueAt(resource, 'policy')];
    case TYPES.role:
      return listOf(valueAt(resource, 'inlinePolicies')).map(
        (inline) => (inline as Record<string, unknown>)['policy'],
      );
    default:
      return [];
  }
}

function managedByAws(resource: PolicyResource): unknown[] {
  const attached =
    resource.type === TYPES.policyAttachment
      ? [valueAt(resource, 'policyArn')]
      : resource.type === TYPES.role
        ? listOf(valueAt(resource, 'managedPolicyArns'))
        : [];
  return attached.filter((arn) => /^arn:aws[a-z-]*:iam::aws:policy\//.test(String(arn)));
}

function wildcardsIn(statement: Statement): string[] {
  const actions = statement.actions.filter((action) => String(action).includes('*'));
  const resources = statement.resources.filter(
    (arn) => typeof arn === 'string' && arn.includes('*') && !WITHIN_ONE_RESOURCE.test(arn),
  );
  const reasonedActions = WILDCARD_REASONS[statement.sid]?.actions ?? [];
  const reason = statement.actions.every((action) => reasonedActions.includes(String(action)));
  return [
    ...(statement.inverted
      ? [`${statement.sid} allows all but what it names: name what it allows`]
      : []),
    ...actions.map((action) => `${statement.sid} allows ${String(action)}: name each action`),
    ...(reason ? [] : resources).map(
      (arn) =>
        `${statement.sid} allows on ${String(arn)}: name the resources, or the reason in WILDCARD_REASONS`,
    ),
  ];
}

export const noPublicAccess: ResourceRule = {
  scope: 'resource',
  name: 'no-public-access',
  description: 'Nothing is open to everyone but a function through its function URL.',
  check: (resource) => {
    switch (resource.type) {
      case TYPES.permission:
        return valueAt(resource, 'principal') === '*' && !isThroughFunctionUrl(resource)
          ? [
              'everyone may invoke the function directly: ' +
                'set functionUrlAuthType to NONE for InvokeFunctionUrl, invokedViaFunctionUrl for InvokeFunction',
            ]
          : [];
      case TYPES.queuePolicy:
      case TYPES.bucketPolicy:
        return (statementsOf(valueAt(resource, 'policy')) ?? [])
          .filter((s) => s.effect === 'Allow' && s.principals.includes('*'))
          .map((s) => `${s.sid} allows everyone: name the principal`);
      default:
        return [];
    }
  },
};

function isThroughFunctionUrl(permission: PolicyResource): boolean {
  return (
    valueAt(permission, 'functionUrlAuthType') === 'NONE' ||
    valueAt(permission, 'invokedViaFunctionUrl') === true
  );
}
