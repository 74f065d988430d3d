import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { resolveStackConfig } from '../config/stack-config.ts';
import { changesBetween, type Json, type JsonChanges } from '../graph/json-changes.ts';
import {
  collectGraph,
  type DeclaredResource,
  type ResourceGraph,
} from '../graph/resource-graph.ts';
import { deploy } from '../program.ts';
import { sampleSite } from '../testing/sample-site.ts';
import { SAMPLE_SECRET_ARN, SAMPLE_TOPIC_ARN } from '../testing/program.ts';
import { PROJECT_ROOT, WORKSPACE_ROOT } from '../workspace.ts';

/** Every resource of a stack, as `resource-graph/dev.json` has it. */
export interface Snapshot {
  resources: Record<string, Json>;
  outputs: Json;
}

/** What a stack changes beside its suffix, as `resource-graph/prod-changes.json` has it. */
export interface SnapshotChanges {
  /** By resource; null for one that the stack does not have. */
  resources: Record<string, JsonChanges | null>;
  outputs: JsonChanges;
}

const GENERATED = 'by nx run infra:graph-snapshot; do not edit';

/** Folder of the snapshots. */
export const SNAPSHOTS = join(PROJECT_ROOT, 'resource-graph');

/**
 * The files for people to review, by their names: a change of the program shows as the change of a resource.
 *
 * - `dev.json`: what the stack `dev` consists of with its default configuration
 * - `prod-changes.json`: what differs in the stack `prod`, with what it must configure, beside the suffix of its names
 */
export async function renderSnapshots(): Promise<Record<string, string>> {
  const dev = await snapshotOf('dev');
  const prod = await snapshotOf('prod');
  return {
    'dev.json': await render(dev),
    'prod-changes.json': await render(changesOf(dev, prod)),
  };
}

export async function snapshotOf(stack: string): Promise<Snapshot> {
  const config = resolveStackConfig({
    stack,
    stackConfig: {
      'leaderboard:environmentSuffix': stack,
      // A production stack without one of them is rejected.
      ...(stack === 'prod' && {
        'leaderboard:webhookSecretArn': SAMPLE_SECRET_ARN,
        'leaderboard:alarmTopicArn': SAMPLE_TOPIC_ARN,
      }),
    },
    environment: {},
  });
  const graph = await collectGraph(
    () =>
      deploy(config, (app, name) => join(WORKSPACE_ROOT, 'apps', app, 'dist', name), sampleSite),
    stack,
  );
  return snapshot(graph);
}

/** The snapshot of the stack `dev` with the names of another stack. */
export function renamed(dev: Snapshot, stack: string): Snapshot {
  return JSON.parse(JSON.stringify(dev).replaceAll(/\bdev\b/g, stack)) as Snapshot;
}

function changesOf(dev: Snapshot, prod: Snapshot): SnapshotChanges {
  const before = renamed(dev, 'prod');
  const names = Object.keys({ ...before.resources, ...prod.resources });
  const resources = names.map((name): [string, JsonChanges | null] => {
    const resource = prod.resources[name];
    return [
      name,
      resource === undefined ? null : changesBetween(before.resources[name] ?? {}, resource),
    ];
  });
  return {
    resources: Object.fromEntries(
      resources.filter(([, changes]) => changes === null || Object.keys(changes).length > 0),
    ),
    outputs: changesBetween(before.outputs, prod.outputs),
  };
}

async function render(content: object): Promise<string> {
  const json = JSON.stringify({ generated: GENERATED, ...content });
  return format(json, { ...(await resolveConfig(SNAPSHOTS)), parser: 'json' });
}

function snapshot(graph: ResourceGraph): Snapshot {
  const described = graph.resources.map(
    (resource) => [`${resource.type}::${resource.name}`, describe(resource) as Json] as const,
  );
  described.sort(([a], [b]) => (a < b ? -1 : 1));
  return { resources: Object.fromEntries(described), outputs: graph.outputs as Json };
}

function describe({
  parent,
  dependsOn,
  retained,
  protected: isProtected,
  component,
  inputs,
}: DeclaredResource) {
  return {
    ...(parent && !parent.startsWith('pulumi:pulumi:Stack') && { parent }),
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(retained && { retainedOnDestroy: true }),
    ...(isProtected && { protected: true }),
    ...(!component && { inputs: withReadablePolicies(inputs) }),
  };
}

/** Policies are strings of JSON; as objects their changes can be read. */
function withReadablePolicies(inputs: DeclaredResource['inputs']) {
  return Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => [
      key,
      typeof value === 'string' && value.startsWith('{') ? (JSON.parse(value) as unknown) : value,
    ]),
  );
}
