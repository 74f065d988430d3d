import { join } from 'node:path';

import { type ConfigSources, resolveStackConfig } from '../config/stack-config.ts';
import {
  collectGraph,
  type DeclaredResource,
  type ResourceGraph,
} from '../graph/resource-graph.ts';
import { TYPES } from '../graph/resource-types.ts';
import { deploy } from '../program.ts';
import { WORKSPACE_ROOT } from '../workspace.ts';
import { sampleSite } from './sample-site.ts';

/** Region and account of the resources on mocks, as ARNs have them. */
export const REGION_AND_ACCOUNT = 'us-west-1:123456789012';

/** Start of the URLs of the queues on mocks. */
export const QUEUE_URLS = 'https://sqs.us-west-1.amazonaws.com/123456789012';

/** An ARN as Secrets Manager creates them. */
export const SAMPLE_SECRET_ARN =
  'arn:aws:secretsmanager:us-west-1:123456789012:secret:webhook-signature-a1B2c3';

/** The ARN of a topic. */
export const SAMPLE_TOPIC_ARN = 'arn:aws:sns:us-west-1:123456789012:pager';

/** What the program declares for the environment `test`, with bundles that are not built. */
export function graphOf(
  stackConfig: ConfigSources['stackConfig'] = {},
  suffix = 'test',
  environmentVariables: ConfigSources['environment'] = {},
): Promise<ResourceGraph> {
  const environment = { ...environmentVariables, ENVIRONMENT_SUFFIX: suffix };
  const config = resolveStackConfig({ stack: 'dev', stackConfig, environment });
  return collectGraph(() =>
    deploy(config, (app, name) => join(WORKSPACE_ROOT, app, name), sampleSite),
  );
}

/** A property that holds JSON. */
export function jsonOf(resource: DeclaredResource, property: string): unknown {
  return JSON.parse(String(resource.inputs[property]));
}

/** The environment variables of a function. */
export function variablesOf(graph: ResourceGraph, functionName: string): Record<string, string> {
  const { environment } = graph.get(TYPES.function, functionName).inputs;
  return (environment as { variables: Record<string, string> }).variables;
}

/** All statements of a role's policies, by their ids. */
export function statementsOf(graph: ResourceGraph, role: string): Record<string, unknown> {
  const statements = graph
    .ofType(TYPES.rolePolicy)
    .filter((policy) => policy.inputs['role'] === role)
    .flatMap((policy) => (jsonOf(policy, 'policy') as { Statement: { Sid: string }[] }).Statement);
  return Object.fromEntries(statements.map(({ Sid, ...statement }) => [Sid, statement]));
}

/**
 * The statements of a function's role without those for its logs and traces.
 *
 * @throws Error when the role lacks these: every function must have that for its logs, and a traced one that for its traces.
 */
export function ownStatementsOf(
  graph: ResourceGraph,
  functionName: string,
): Record<string, unknown> {
  const { WriteOwnLogs, XRayHasNoResourceLevelPermissions, ...own } = statementsOf(
    graph,
    functionName,
  );
  const { tracingConfig } = graph.get(TYPES.function, functionName).inputs;
  const isTraced = (tracingConfig as { mode: string }).mode === 'Active';
  if (
    WriteOwnLogs === undefined ||
    (XRayHasNoResourceLevelPermissions !== undefined) !== isTraced
  ) {
    throw new Error(
      `The role of ${functionName} cannot write its logs and traces, or may write traces that it has not`,
    );
  }
  return own;
}

/** The service that a role trusts. */
export function trustedBy(graph: ResourceGraph, role: string): unknown {
  const trust = jsonOf(graph.get(TYPES.role, role), 'assumeRolePolicy');
  return (trust as { Statement: { Principal: { Service: string } }[] }).Statement[0]?.Principal
    .Service;
}

/** The condition under which a role is assumed. */
export function trustConditionOf(graph: ResourceGraph, role: string): unknown {
  const trust = jsonOf(graph.get(TYPES.role, role), 'assumeRolePolicy');
  return (trust as { Statement: { Condition?: unknown }[] }).Statement[0]?.Condition;
}

/** The statements of a role that reads ranks. */
export function readRanksStatements(bucket: string) {
  return {
    ReadRanks: {
      Effect: 'Allow',
      Action: ['dynamodb:Query', 'dynamodb:GetItem'],
      Resource: [`arn:aws:dynamodb:${REGION_AND_ACCOUNT}:table/leaderboard-ranks-test`],
    },
    ReadRuns: {
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: [`arn:aws:s3:::${bucket}/*`],
    },
    KnowWhichRunsExist: {
      Effect: 'Allow',
      Action: ['s3:ListBucket'],
      Resource: [`arn:aws:s3:::${bucket}`],
    },
  };
}
