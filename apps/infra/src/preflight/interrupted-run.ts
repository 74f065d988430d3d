import type { InterruptedResource } from './deployed-stack.ts';

/**
 * Why nothing is deployed after a run that was killed; undefined when none was. Pulumi does not know what became of the resources
 * that it was creating: it would try to create them again, and a destroy would leave them.
 */
export function refusalAfterInterruption(
  stack: string,
  interrupted: readonly InterruptedResource[],
): string | undefined {
  if (interrupted.length === 0) return undefined;
  return [
    `A run of stack ${stack} was interrupted while it created resources, which may be in the account without being in the state:`,
    ...interrupted.map(({ type, name }) => `  - ${type} ${name}`),
    'Nothing was changed. Delete those that are in the account: they are new and empty. Then remove them from the state, and run this again:',
    `  npx nx run infra:refresh --stack ${stack} --yes --clear-pending-creates`,
  ].join('\n');
}
