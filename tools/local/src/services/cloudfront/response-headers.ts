/** One header that a response headers policy sets. */
export interface PolicyHeader {
  /** In lower case. */
  readonly name: string;
  readonly value: string;
  /** Whether it replaces the header of the origin. */
  readonly override: boolean;
}

/** Adds the headers of a policy to those of the origin. */
export function withPolicyHeaders(
  headers: Readonly<Record<string, string>>,
  policy: readonly PolicyHeader[],
): Record<string, string> {
  const result = { ...headers };
  for (const { name, value, override } of policy) {
    if (override || result[name] === undefined) result[name] = value;
  }
  return result;
}
