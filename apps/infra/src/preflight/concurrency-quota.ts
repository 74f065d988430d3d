/** Concurrency of a Lambda account in one region. */
export interface ConcurrencyQuota {
  /** Concurrent executions of all functions together. */
  total: number;
  /** What no function has set aside. */
  unreserved: number;
}

/** Concurrency set aside, by the name of the function. */
export type Reservations = ReadonlyMap<string, number>;

/** Lambda refuses a reservation that would leave less than this to all other functions (Lambda quotas: concurrent executions). */
export const ALWAYS_UNRESERVED = 100;

export interface StackInRegion {
  stack: string;
  region: string;
  /** Keys of the stack's configuration by which less can be set aside, with what they are set to. */
  settings: ReadonlyMap<string, number>;
}

/**
 * Why the account cannot set aside what the stack asks for; undefined when it can.
 *
 * @param wanted what the stack will set aside.
 * @param held what functions of the stack have set aside already: it counts in the account's figure and is given back.
 */
export function shortageOfConcurrency(
  quota: ConcurrencyQuota,
  wanted: Reservations,
  held: Reservations,
  { stack, region, settings }: StackInRegion,
): string | undefined {
  const asked = sum(wanted);
  const available = Math.max(0, quota.unreserved + sum(held) - ALWAYS_UNRESERVED);
  if (asked <= available) return undefined;
  const none = [...settings.keys()].map((key) => `  ${key}: none`);
  return [
    `Stack ${stack} sets aside ${asked} concurrent executions (${describe(wanted)}), but the account has ${available} to set aside ` +
      `in ${region}: its quota is ${quota.total}, ${quota.unreserved + sum(held)} of it is not set aside by other functions, ` +
      `and ${ALWAYS_UNRESERVED} must stay so. Nothing was changed. Either set nothing aside, under config: of apps/infra/Pulumi.${stack}.yaml:`,
    ...none,
    `or ask for a higher quota (Service Quotas, AWS Lambda, Concurrent executions):`,
    `  aws service-quotas request-service-quota-increase --region ${region} --service-code lambda --quota-code L-B99A9384 ` +
      `--desired-value ${Math.max(1000, quota.total + asked - available)}`,
  ].join('\n');
}

function sum(reservations: Reservations): number {
  return [...reservations.values()].reduce((total, count) => total + count, 0);
}

function describe(reservations: Reservations): string {
  return [...reservations].map(([name, count]) => `${name} ${count}`).join(', ');
}
