import { LocalStackError } from '../shared/errors.ts';
import { parseGrantReference, type GrantReference } from '../services/iam/grants.ts';

/** The Pulumi project: the default namespace of a configuration key, as for `pulumi config set`. */
export const PROJECT = 'leaderboard';

/** One `--config key=value`, added to those before it. */
export function collectConfig(
  pair: string,
  config: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const separator = pair.indexOf('=');
  if (separator < 1) {
    throw new LocalStackError(
      'InvalidOption',
      `--config must be <key>=<value>, for example --config mainQueueVisibilityTimeoutSeconds=30, got "${pair}".`,
    );
  }
  const key = pair.slice(0, separator);
  return {
    ...config,
    [key.includes(':') ? key : `${PROJECT}:${key}`]: pair.slice(separator + 1),
  };
}

/** One `--secret id=value`, added to those before it. */
export function collectSecret(
  pair: string,
  secrets: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const separator = pair.indexOf('=');
  if (separator < 1) {
    throw new LocalStackError(
      'InvalidOption',
      '--secret must be <ARN or name>=<value>; the given value has no "=" after a name.',
    );
  }
  return new Map([...secrets, [pair.slice(0, separator), pair.slice(separator + 1)]]);
}

/** One `--remove-grant <role>:<statement id>:<action>`, added to those before it. */
export function collectGrants(
  grant: string,
  grants: readonly GrantReference[] = [],
): readonly GrantReference[] {
  return [...grants, parseGrantReference(grant)];
}

/** @returns a TCP port; 0 means any free one */
export function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535) {
    throw new LocalStackError(
      'InvalidOption',
      `A port must be a whole number from 0 (a free one) to 65535, got "${value}".`,
    );
  }
  return port;
}

/** @returns a seed: an integer from 0 */
export function parseSeed(value: string): number {
  const seed = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(seed)) {
    throw new LocalStackError(
      'InvalidOption',
      `A seed must be a whole number from 0, got "${value}".`,
    );
  }
  return seed;
}

/** @returns a duration in seconds, with fractions */
export function parseSeconds(value: string): number {
  const seconds = Number(value);
  if (!/^\d+(\.\d+)?$/.test(value)) {
    throw new LocalStackError('InvalidOption', `Seconds must be a number from 0, got "${value}".`);
  }
  return seconds;
}
