import type { StackConfig } from '../config/stack-config.ts';
import { CONFIG_NAMESPACE } from '../config/stack-config.ts';
import { programGraph } from '../graph/program-graph.ts';
import { type Reservations, shortageOfConcurrency } from './concurrency-quota.ts';
import type { LambdaAccount } from './lambda-account.ts';

/** What came of a preflight. */
export interface PreflightResult {
  outcome: 'passed' | 'refused' | 'skipped';
  /** What to tell the user. */
  message: string;
}

/**
 * Compares what the stack sets aside with what the account has, before anything is created. Where the account cannot be
 * asked, the result says so: a deployment does not fail for that.
 */
export async function preflight(
  stack: string,
  config: StackConfig,
  account: LambdaAccount,
): Promise<PreflightResult> {
  const wanted = await reservationsOf(config);
  if (wanted.size === 0) {
    return { outcome: 'passed', message: 'Preflight: the stack sets no Lambda concurrency aside.' };
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
      message: `Preflight: the account's quota of ${quota.total} concurrent executions leaves room for what the stack sets aside.`,
    };
  } catch (error) {
    return {
      outcome: 'skipped',
      message:
        `Preflight skipped: the Lambda quota of ${config.region} could not be read (${reason(error)}). ` +
        'It needs lambda:GetAccountSettings and lambda:GetFunctionConcurrency; the deployment goes on without it.',
    };
  }
}

/** What the functions of the program set aside, by their physical names. Runs the program on mocks: nothing is created. */
export async function reservationsOf(config: StackConfig): Promise<Reservations> {
  const graph = await programGraph(config);
  const functions = graph.ofType('aws:lambda/function:Function').flatMap(({ inputs }) => {
    const reserved = inputs['reservedConcurrentExecutions'];
    return typeof reserved === 'number' ? [[String(inputs['name']), reserved] as const] : [];
  });
  return new Map(functions);
}

/** The settings whose values the functions set aside, by their full keys. */
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

/** The SDK's errors carry their code as the name, which often says more than the message. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.name, error.message].filter(Boolean).join(': ');
}
