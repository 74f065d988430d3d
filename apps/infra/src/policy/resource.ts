/**
 * Stands for a value that is not known before the resource that it comes from exists: in the preview of a new stack
 * these are ARNs and URLs. A rule skips what is not known; during the deployment everything is, and the rule checks it.
 */
export const UNKNOWN: unique symbol = Symbol('not known before the resource exists');

/** A resource as the rules see it, whether it comes from Pulumi's engine or from a program on mocks. */
export interface PolicyResource {
  /** Pulumi type token, for example `aws:sqs/queue:Queue`. */
  type: string;
  /** Logical name. */
  name: string;
  /** Inputs and, where they are known, outputs; `UNKNOWN` in place of what is not known yet. */
  props: Readonly<Record<string, unknown>>;
}

export function ofType(resources: readonly PolicyResource[], type: string): PolicyResource[] {
  return resources.filter((resource) => resource.type === type);
}

/**
 * The value at a path of property names and list positions: undefined when a part of the path is missing, `UNKNOWN` when a
 * part of it is unknown.
 *
 * @example
 * valueAt(pipe, 'sourceParameters', 'dynamodbStreamParameters', 'deadLetterConfig', 'arn');
 */
export function valueAt(resource: PolicyResource, ...path: string[]): unknown {
  let value: unknown = resource.props;
  for (const step of path) {
    if (value === UNKNOWN) return UNKNOWN;
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** Whether a string is set; the provider reports an unset string as an empty one. */
export function isSet(value: unknown): boolean {
  return value === UNKNOWN || (typeof value === 'string' && value !== '');
}

/** Whether both are known and the same string. */
export function isSame(a: unknown, b: unknown): boolean {
  return typeof a === 'string' && a === b;
}

/** Whether the value is known not to be the expected one. */
export function isKnownOtherThan(value: unknown, expected: unknown): boolean {
  return value !== UNKNOWN && value !== expected;
}

/** The entries of a list; a single value counts as a list of one, a missing one as empty. */
export function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
