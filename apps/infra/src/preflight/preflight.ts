import { CONFIG_NAMESPACE, type StackConfig } from '../config/stack-config.ts';
import { programGraph } from '../graph/program-graph.ts';
import { type Reservations, shortageOfConcurrency } from './concurrency-quota.ts';
import type { LambdaAccount } from './lambda-account.ts';

export interface PreflightResult {
  outcome: 'passed' | 'refused' | 'skipped';
  /** For the user. */
  message: string;
}

/**
 * Compares the concurrency that the stack reserves with the account's quota, before anything is created. When the quota
 * cannot be read, the check is skipped: the deployment does not fail.
 */
export async function preflight(
  stack: string,
  config: StackConfig,
  account: LambdaAccount,
): Promise<PreflightResult> {
  const wanted = await reservationsOf(config);
  if (wanted.size === 0) {
    return { outcome: 'passed', message: 'Preflight: the stack reserves no Lambda concurrency.' };
  }
  try {
    const [quota, held] = await Promise.all([account.concurrencyQuota(), heldBy(wanted, account)]);
    const shortage = shortageOfConcurrency(quota, wanted, held, {
      stack,
      region: config.region,
      settings: reservationSettings(config),
    });
    if (shortage !== undefined) return { outcome: 'refused', message: shortage };
    return {
      outcome: 'passed',
      message: `Preflight: the account's quota of ${quota.total} concurrent executions is enough for what the stack reserves.`,
    };
  } catch (error) {
    return {
      outcome: 'skipped',
      message:
        `Preflight skipped: the Lambda quota of ${config.region} could not be read (${reason(error)}). ` +
        'It needs lambda:GetAccountSettings and lambda:GetFunctionConcurrency; the deployment continues without it.',
    };
  }
}

/** What the functions of the program reserve, by their physical names. Runs the program on mocks: nothing is created. */
export async function reservationsOf(config: StackConfig): Promise<Reservations> {
  const graph = await programGraph(config);
  const functions = graph.ofType('aws:lambda/function:Function').flatMap(({ inputs }) => {
    const reserved = inputs['reservedConcurrentExecutions'];
    return typeof reserved === 'number' ? [[String(inputs['name']), reserved] as const] : [];
  });
  return new Map(functions);
}

/** The settings that reserve concurrency, by their full keys. */
export function reservationSettings(config: StackConfig): ReadonlyMap<string, number> {
  const settings = Object.entries(config).flatMap(([key, value]) =>
    key.endsWith('ReservedConcurrency') && typeof value === 'number'
      ? [[`${CONFIG_NAMESPACE}:${key}`, value] as const]
      : [],
  );
  return new Map(settings);
}

async function heldBy(wanted: Reservations, account: LambdaAccount): Promise<Reservations> {
  const held = [...wanted.keys()].map(
    async (name) => [name, await account.reservedBy(name)] as const,
  );
  return new Map(await Promise.all(held));
}

/** The SDK's errors have their code as the name, which often says more than the message. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.name, error.message].filter(Boolean).join(': ');
}
