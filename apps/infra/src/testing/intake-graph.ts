import { join } from 'node:path';

import { type ConfigSources, resolveStackConfig } from '../config/stack-config.ts';
import {
  collectGraph,
  type DeclaredResource,
  type ResourceGraph,
} from '../graph/resource-graph.ts';
import { deploy } from '../program.ts';
import { WORKSPACE_ROOT } from '../workspace.ts';
import { sampleSite } from './sample-site.ts';

/** An ARN as Secrets Manager gives them out. */
export const SAMPLE_SECRET_ARN =
  'arn:aws:secretsmanager:us-west-1:123456789012:secret:webhook-signature-a1B2c3';

/** What the program declares for the environment `test`, with bundles that nobody has built. */
export function graphOf(stackConfig: ConfigSources['stackConfig'] = {}): Promise<ResourceGraph> {
  const environment = { ENVIRONMENT_SUFFIX: 'test' };
  const config = resolveStackConfig({ stack: 'dev', stackConfig, environment });
  return collectGraph(() =>
    deploy(config, (app, name) => join(WORKSPACE_ROOT, app, name), sampleSite),
  );
}

/** A property that holds JSON text. */
export function jsonOf(resource: DeclaredResource, property: string): unknown {
  return JSON.parse(String(resource.inputs[property]));
}

/** All that a role may do, by the ids of the statements, apart from its own logs and traces. */
export function statementsOf(graph: ResourceGraph, role: string): Record<string, unknown> {
  const statements = graph
    .ofType('aws:iam/rolePolicy:RolePolicy')
    .filter((policy) => policy.inputs['role'] === role)
    .flatMap((policy) => (jsonOf(policy, 'policy') as { Statement: { Sid: string }[] }).Statement);
  return Object.fromEntries(
    statements
      .filter(({ Sid }) => !['WriteOwnLogs', 'XRayHasNoResourceLevelPermissions'].includes(Sid))
      .map(({ Sid, ...statement }) => [Sid, statement]),
  );
}
