import { listOf, UNKNOWN } from './resource.ts';

/** A statement of an IAM policy, with its lists always as lists. */
export interface Statement {
  sid: string;
  effect: unknown;
  principals: unknown[];
  actions: unknown[];
  resources: unknown[];
  /** It has `NotAction` or `NotResource`, and so means everything else. */
  inverted: boolean;
  condition: unknown;
}

/** The statements of a policy document, given as a JSON string or as an object; undefined while it is not known. */
export function statementsOf(document: unknown): Statement[] | undefined {
  if (document === UNKNOWN) return undefined;
  const parsed: unknown = typeof document === 'string' ? JSON.parse(document) : document;
  const statements = listOf((parsed as { Statement?: unknown } | undefined)?.Statement);
  return statements.map((statement) => {
    const fields = statement as Record<string, unknown>;
    return {
      sid: String(fields['Sid'] ?? ''),
      effect: fields['Effect'],
      principals: principalsOf(fields['Principal']),
      actions: listOf(fields['Action']),
      resources: listOf(fields['Resource']),
      inverted: 'NotAction' in fields || 'NotResource' in fields,
      condition: fields['Condition'],
    };
  });
}

/** `"*"` and `{ "AWS": ["*", …] }` alike as a list. */
function principalsOf(principal: unknown): unknown[] {
  if (typeof principal !== 'object' || principal === null) return listOf(principal);
  return Object.values(principal).flatMap(listOf);
}

/** Whether the statement denies every request without TLS. */
export function deniesWithoutTls(statement: Statement): boolean {
  const condition = statement.condition as { Bool?: Record<string, unknown> } | undefined;
  return (
    statement.effect === 'Deny' &&
    statement.principals.includes('*') &&
    statement.actions.some((action) => /^(?:\*|[a-z0-9]+:\*)$/.test(String(action))) &&
    String(condition?.Bool?.['aws:SecureTransport']) === 'false'
  );
}
