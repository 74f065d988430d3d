import { LocalStackError } from '../../shared/errors.ts';

/** A statement of a policy; it always has a statement id. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | string[];
  readonly Resource?: string | string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly [element: string]: unknown;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly PolicyStatement[];
}

/**
 * Parses a policy. Statements without an id get one, so that grants have names: `Statement1`, `Statement2`, …
 *
 * @param owner whose policy it is, for the error
 * @throws LocalStackError `InvalidResource` if it is not a JSON policy document
 */
export function parsePolicyDocument(owner: string, json: string): PolicyDocument {
  try {
    const document = JSON.parse(json) as { Version?: string; Statement?: unknown };
    const statements = [document.Statement ?? []].flat() as Partial<PolicyStatement>[];
    return {
      ...document,
      Statement: statements.map((statement, index) => ({
        ...statement,
        Sid: statement.Sid ?? `Statement${String(index + 1)}`,
        Effect: statement.Effect ?? 'Deny',
      })),
    };
  } catch (cause) {
    throw new LocalStackError(
      'InvalidResource',
      `The policy of ${owner} is not a JSON policy document: ${json}`,
      { cause },
    );
  }
}

/** The condition keys of a policy, in conditions or as variables such as `${aws:PrincipalArn}`, in lower case. */
export function conditionKeysOf({ Statement }: PolicyDocument): string[] {
  const inConditions = Statement.flatMap(({ Condition = {} }) =>
    Object.values(Condition).flatMap((keys) => Object.keys(keys)),
  );
  const asVariables = [
    ...JSON.stringify(Statement).matchAll(/\$\{([a-z0-9]+:[^},]+)[^}]*\}/gi),
  ].map(([, key = '']) => key.trim());
  return [...inConditions, ...asVariables].map((key) => key.toLowerCase());
}
