import { relative } from 'node:path';

import * as pulumi from '@pulumi/pulumi';

import { WORKSPACE_ROOT } from '../workspace.ts';
import { fakeOutputs } from './fake-outputs.ts';

/** One resource as the program declared it. */
export interface DeclaredResource {
  /** Pulumi type token, for example `aws:sqs/queue:Queue`. */
  type: string;
  /** Logical name: unique within its type. */
  name: string;
  /** The inputs of the program, with the outputs of other resources filled in. */
  inputs: Readonly<Record<string, unknown>>;
  /** `type::name` of the component that it belongs to. */
  parent?: string;
  /** `type::name` of the resources that it waits for beside those whose outputs it uses. */
  dependsOn: readonly string[];
  /** Stays in the account when the stack is destroyed. */
  retained: boolean;
  /** Pulumi refuses to replace or delete it. */
  protected: boolean;
  /** Outputs that Pulumi encrypts in the state, beside those that the provider names. */
  secretOutputs: readonly string[];
  /** Physical id of the existing resource that is imported in place of creating one. */
  adopted?: string;
  /** A component only groups other resources; nothing is created for it. */
  component: boolean;
}

/** Every resource and the outputs of a program. */
export class ResourceGraph {
  readonly resources: readonly DeclaredResource[];
  readonly outputs: Readonly<Record<string, unknown>>;

  constructor(resources: readonly DeclaredResource[], outputs: Readonly<Record<string, unknown>>) {
    this.resources = resources;
    this.outputs = outputs;
  }

  ofType(type: string): DeclaredResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /**
   * The only resource of that type, or the one with that logical or physical name.
   *
   * @throws Error naming the resources of that type when there is none or more than one.
   */
  get(type: string, name?: string): DeclaredResource {
    const ofType = this.ofType(type);
    const found = ofType.filter(
      (r) => name === undefined || [r.name, r.inputs['name']].includes(name),
    );
    const [resource] = found;
    if (resource && found.length === 1) return resource;
    throw new Error(
      `${found.length} resources of type ${type}${name === undefined ? '' : ` are named ${name}`}; there are: ` +
        ofType.map((r) => r.name).join(', '),
    );
  }
}

/**
 * Runs a Pulumi program on mocks and collects the resources that it declares. Nothing is created.
 * Only one may run at a time per process: Pulumi's runtime is global.
 *
 * @example
 * const graph = await collectGraph(() => deploy(config));
 * graph.get('aws:sqs/queue:Queue', 'leaderboard-updates-dev.fifo').inputs['visibilityTimeoutSeconds'];
 */
export async function collectGraph(
  program: () => Record<string, unknown>,
  stack = 'dev',
): Promise<ResourceGraph> {
  // Pulumi formats a stack trace for every promise that it makes, which takes most of the time of a run.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await runOnMocks(program, stack);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function runOnMocks(
  program: () => Record<string, unknown>,
  stack: string,
): Promise<ResourceGraph> {
  const declared = new Map<string, DeclaredResource>();
  const options = new Map<string, pulumi.CustomResourceOptions>();
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs, custom = true }) => {
        const key = `${type}::${name}`;
        declared.set(key, {
          type,
          name,
          inputs: await readableInputs(inputs as Record<string, unknown>),
          ...describeOptions(options.get(key) ?? {}),
          component: !custom,
        });
        return { id: `${name}-id`, state: { ...inputs, ...fakeOutputs(type, name, inputs) } };
      },
      call: ({ token }) => {
        throw new Error(`The program calls ${token}, which needs an AWS account`);
      },
    },
    'leaderboard',
    stack,
  );
  const outputs = await pulumi.runtime.runInPulumiStack(async () => {
    // Mocks do not get the options of a resource; a transformation sees them before it is registered.
    pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
      options.set(`${type}::${name}`, opts);
      return undefined;
    });
    return Promise.resolve(program());
  });
  const values = await resolveOutputs(outputs as Record<string, unknown>);
  await pulumi.runtime.disconnect();
  declared.delete(`pulumi:pulumi:Stack::leaderboard-${stack}`);
  return new ResourceGraph([...declared.values()], values);
}

/** Replaces files and archives by their paths, relative to the repository. */
async function readableInputs(inputs: Record<string, unknown>): Promise<Record<string, unknown>> {
  const entries = Object.entries(inputs).map(async ([key, value]) => {
    if (value instanceof pulumi.asset.FileArchive) {
      return [key, { archive: relative(WORKSPACE_ROOT, await value.path) }];
    }
    if (value instanceof pulumi.asset.FileAsset) {
      return [key, { file: relative(WORKSPACE_ROOT, await value.path) }];
    }
    return [key, value];
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<string, unknown>;
}

function describeOptions(opts: pulumi.CustomResourceOptions) {
  const dependsOn = [opts.dependsOn ?? []].flat() as pulumi.Resource[];
  return {
    ...(opts.parent && { parent: identify(opts.parent) }),
    dependsOn: dependsOn.map(identify),
    retained: opts.retainOnDelete ?? false,
    protected: opts.protect ?? false,
    secretOutputs: opts.additionalSecretOutputs ?? [],
    ...(opts.import !== undefined && { adopted: opts.import }),
  };
}

function identify(resource: pulumi.Resource): string {
  return `${pulumi.resourceType(resource)}::${pulumi.resourceName(resource)}`;
}

function resolveOutputs(outputs: Record<string, unknown>): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    pulumi.output(outputs).apply((values) => {
      resolve(values);
    });
  });
}
