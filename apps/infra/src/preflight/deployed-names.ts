import type { DeployedStack } from './deployed-stack.ts';

/** What the configuration makes of the names and the place of all resources. */
export interface ConfiguredNames {
  stack: string;
  environmentSuffix: string;
  region: string;
}

/**
 * Why the configuration would replace every resource of a deployed stack; undefined when it would not. The names contain the
 * suffix and resources do not move between regions, so that a variable left over in a shell is enough.
 */
export function changeOfNames(
  { stack, environmentSuffix, region }: ConfiguredNames,
  deployed: Pick<DeployedStack, 'suffixes' | 'region'>,
  { changeSuffix }: { changeSuffix: boolean },
): string | undefined {
  const others = [...deployed.suffixes].filter(([suffix]) => suffix !== environmentSuffix);
  if (others.length > 0 && !changeSuffix) {
    const described = others.map(([suffix, count]) => `${count} with the suffix "${suffix}"`);
    return (
      `Stack ${stack} has deployed resources, ${described.join(' and ')}, but its suffix is now "${environmentSuffix}": all of them would be ` +
      `replaced, and what tables and queues hold would not move. Nothing was changed. Unset ENVIRONMENT_SUFFIX or set it to ` +
      `"${others.map(([suffix]) => suffix).join('" or "')}" (or leaderboard:environmentSuffix, where the stack sets it); for a second system use another stack: ` +
      `--stack ${environmentSuffix}. To replace them nevertheless: --change-suffix`
    );
  }
  if (deployed.region !== undefined && deployed.region !== region) {
    return (
      `Stack ${stack} is deployed in ${deployed.region}, but aws:region is now ${region}: all resources would be replaced, and what tables ` +
      `and queues hold would not move. Nothing was changed. Set aws:region to ${deployed.region} in apps/infra/Pulumi.${stack}.yaml, ` +
      `or use another stack for ${region}.`
    );
  }
  return undefined;
}
