import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { resolveStackConfig } from '../config/stack-config.ts';
import { deploy } from '../program.ts';
import { PROJECT_ROOT, WORKSPACE_ROOT } from '../workspace.ts';
import {
  collectGraph,
  type DeclaredResource,
  type ResourceGraph,
} from '../graph/resource-graph.ts';
import { SAMPLE_SECRET_ARN } from '../testing/program.ts';
import { sampleSite } from '../testing/sample-site.ts';

export const SNAPSHOT_STACKS = ['dev', 'prod'] as const;

export function snapshotFile(stack: string): string {
  return join(PROJECT_ROOT, 'resource-graph', `${stack}.json`);
}

/**
 * What a stack with only what it must configure would consist of: a file for people to review, in which a change of the
 * program shows as the change of a resource.
 */
export async function renderSnapshot(stack: string): Promise<string> {
  const config = resolveStackConfig({
    stack,
    stackConfig: {
      'leaderboard:environmentSuffix': stack,
      // A production stack is refused without one.
      ...(stack === 'prod' && { 'leaderboard:webhookSecretArn': SAMPLE_SECRET_ARN }),
    },
    environment: {},
  });
  const graph = await collectGraph(
    () =>
      deploy(config, (app, name) => join(WORKSPACE_ROOT, 'apps', app, 'dist', name), sampleSite),
    stack,
  );
  const file = snapshotFile(stack);
  return format(JSON.stringify(snapshot(graph)), {
    ...(await resolveConfig(file)),
    filepath: file,
  });
}

function snapshot(graph: ResourceGraph) {
  const described = graph.resources.map(
    (resource) => [`${resource.type}::${resource.name}`, describe(resource)] as const,
  );
  described.sort(([a], [b]) => (a < b ? -1 : 1));
  return { resources: Object.fromEntries(described), outputs: graph.outputs };
}

function describe({ parent, dependsOn, retained, component, inputs }: DeclaredResource) {
  return {
    ...(parent && !parent.startsWith('pulumi:pulumi:Stack') && { parent }),
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(retained && { retainedOnDestroy: true }),
    ...(!component && { inputs: withPoliciesReadable(inputs) }),
  };
}

/** Policies are JSON texts; as objects their changes can be read. */
function withPoliciesReadable(inputs: DeclaredResource['inputs']) {
  return Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => [
      key,
      typeof value === 'string' && value.startsWith('{') ? (JSON.parse(value) as unknown) : value,
    ]),
  );
}
