import { LocalStackError } from '../shared/errors.ts';
import { parseGrantReference, type GrantReference } from '../services/iam/grants.ts';

/** Namespace of a configuration key that has none, as for `pulumi config set`: the Pulumi project's name. */
export const PROJECT = 'leaderboard';

/** One `--config key=value`, added to those before it. */
export function collectConfig(
  pair: string,
  config: Readonly<Record<string, string>>,
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
  secrets: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const separator = pair.indexOf('=');
  if (separator < 1) {
    throw new LocalStackError(
      'InvalidOption',
      '--secret must be <ARN or name>=<value>; what was given has no "=" after a name.',
    );
  }
  return new Map([...secrets, [pair.slice(0, separator), pair.slice(separator + 1)]]);
}

/** One `--remove-grant <role>:<statement id>:<action>`, added to those before it. */
export function collectGrants(
  text: string,
  grants: readonly GrantReference[],
): readonly GrantReference[] {
  return [...grants, parseGrantReference(text)];
}

/** @returns a TCP port; 0 asks for a free one. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new LocalStackError(
      'InvalidOption',
      `A port must be a whole number from 0 (a free one) to 65535, got "${text}".`,
    );
  }
  return port;
}

/** @returns a seed: a whole number from 0. */
export function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(seed)) {
    throw new LocalStackError(
      'InvalidOption',
      `A seed must be a whole number from 0, got "${text}".`,
    );
  }
  return seed;
}

/** @returns a duration in seconds, fractions allowed. */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text)) {
    throw new LocalStackError('InvalidOption', `Seconds must be a number from 0, got "${text}".`);
  }
  return seconds;
}
