import { USAGE_FOLDER } from './usage-file.ts';

/** A run in which a permission is missing, to see which test fails. */
export interface Mutant {
  /** `<owner>:<statement id>:<action>`; undefined in an ordinary run. */
  readonly removedGrant: string | undefined;
  readonly usageFolder: string;
}

/** How `nx run e2e:permissions` tells the specs, which run in other processes. */
export const MUTANT_VARIABLES = {
  removedGrant: 'E2E_REMOVED_GRANT',
  usageFolder: 'E2E_USAGE_FOLDER',
} as const;

export function mutantOf(environment: NodeJS.ProcessEnv): Mutant {
  return {
    removedGrant: environment[MUTANT_VARIABLES.removedGrant],
    usageFolder: environment[MUTANT_VARIABLES.usageFolder] ?? USAGE_FOLDER,
  };
}
