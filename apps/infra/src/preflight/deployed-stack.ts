import { TYPES } from '../graph/resource-types.ts';

/** What the state of a stack says about it. */
export interface DeployedStack {
  /** How many resources have each environment suffix. Empty when nothing is deployed. */
  suffixes: ReadonlyMap<string, number>;
  /** Undefined when nothing is deployed. */
  region: string | undefined;
  /** The account of the resources; undefined when none of them has an ARN of this system. */
  accountId: string | undefined;
  /** Physical names of the tables. */
  tables: ReadonlySet<string>;
  queues: readonly DeployedQueue[];
  /** It has set the role with which API Gateway writes logs. */
  hasLogRole: boolean;
  /** What an interrupted run was creating: it may be in the account without being in the state. */
  interrupted: readonly InterruptedResource[];
}

export interface DeployedQueue {
  name: string;
  url: string;
  /** Pulumi refuses to delete it. */
  isProtected: boolean;
}

export interface InterruptedResource {
  type: string;
  name: string;
}

/** The part of `pulumi stack export` that is read. */
interface StateFile {
  deployment: {
    resources?: readonly StateResource[];
    pending_operations?: readonly { type: string; resource: StateResource }[];
  };
}

interface StateResource {
  urn: string;
  type: string;
  protect?: boolean;
  inputs?: { name?: string; region?: string; tags?: { Environment?: string } };
  outputs?: { arn?: string; name?: string; url?: string };
}

const PROVIDER = 'pulumi:providers:aws';
const ACCOUNT_OF_ARN = /^arn:aws[a-z-]*:[^:]+:[^:]*:(\d{12}):/;

/**
 * Reads what `pulumi stack export` prints.
 *
 * @throws SyntaxError when it is not JSON.
 */
export function deployedStack(exported: string): DeployedStack {
  const { deployment } = JSON.parse(exported) as StateFile;
  const resources = deployment.resources ?? [];
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const suffixes = new Map<string, number>();
  for (const { inputs } of resources) {
    const suffix = inputs?.tags?.Environment;
    if (suffix !== undefined) suffixes.set(suffix, (suffixes.get(suffix) ?? 0) + 1);
  }
  const arns = [TYPES.table, TYPES.queue].flatMap(ofType).map(({ outputs }) => outputs?.arn ?? '');
  return {
    suffixes,
    region: suffixes.size === 0 ? undefined : ofType(PROVIDER).at(-1)?.inputs?.region,
    accountId: arns.flatMap((arn) => ACCOUNT_OF_ARN.exec(arn)?.[1] ?? []).at(0),
    tables: new Set(ofType(TYPES.table).flatMap(({ outputs }) => outputs?.name ?? [])),
    queues: ofType(TYPES.queue).map(({ inputs, outputs, protect, urn }) => ({
      name: outputs?.name ?? inputs?.name ?? urn,
      url: outputs?.url ?? '',
      isProtected: protect === true,
    })),
    hasLogRole: ofType(TYPES.apiGatewayAccount).length > 0,
    // A refresh resolves the other operations.
    interrupted: (deployment.pending_operations ?? [])
      .filter(({ type }) => type === 'creating')
      .map(({ resource: { type, inputs, urn } }) => ({
        type,
        name: inputs?.name ?? urn.split('::').at(-1) ?? urn,
      })),
  };
}
