/** Concurrency of a Lambda account in one region. */
export interface ConcurrencyQuota {
  /** Concurrent executions of all functions together. */
  total: number;
  /** What no function has reserved. */
  unreserved: number;
}

/** Reserved concurrency, by the name of the function. */
export type Reservations = ReadonlyMap<string, number>;

/** Lambda rejects a reservation that leaves less than this to all other functions (Lambda quotas: concurrent executions). */
export const ALWAYS_UNRESERVED = 100;

export interface StackInRegion {
  stack: string;
  region: string;
  /** Keys of the stack's configuration that reserve concurrency, with their values. */
  settings: ReadonlyMap<string, number>;
}

/**
 * Why the account cannot reserve what the stack needs; undefined when it can.
 *
 * @param wanted what the stack will reserve.
 * @param held what functions of the stack have already reserved: the quota has it deducted, but the stack keeps it.
 */
export function shortageOfConcurrency(
  quota: ConcurrencyQuota,
  wanted: Reservations,
  held: Reservations,
  { stack, region, settings }: StackInRegion,
): string | undefined {
  const needed = sum(wanted);
  const available = Math.max(0, quota.unreserved + sum(held) - ALWAYS_UNRESERVED);
  if (needed <= available) return undefined;
  const none = [...settings.keys()].map((key) => `  ${key}: none`);
  return [
    `Stack ${stack} reserves ${needed} concurrent executions (${describe(wanted)}), but the account can reserve ${available} ` +
      `in ${region}: its quota is ${quota.total}, other functions have not reserved ${quota.unreserved + sum(held)} of it, ` +
      `and ${ALWAYS_UNRESERVED} must stay unreserved. Nothing was changed. Reserve nothing, under config: of apps/infra/Pulumi.${stack}.yaml:`,
    ...none,
    `or request a higher quota (Service Quotas, AWS Lambda, Concurrent executions):`,
    `  aws service-quotas request-service-quota-increase --region ${region} --service-code lambda --quota-code L-B99A9384 ` +
      `--desired-value ${Math.max(1000, quota.total + needed - available)}`,
  ].join('\n');
}

function sum(reservations: Reservations): number {
  return [...reservations.values()].reduce((total, count) => total + count, 0);
}

function describe(reservations: Reservations): string {
  return [...reservations].map(([name, count]) => `${name} ${count}`).join(', ');
}
