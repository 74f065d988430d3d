import { LocalStackError } from '../../shared/errors.ts';
import type { PolicyDocument, PolicyStatement } from './policy-document.ts';

/** What a statement of the program allows: an action on a resource, as the statement spells them. */
export interface Grant {
  /** Name of the role, or the resource of a resource-based policy: `function/<name>`, `queue/<name>`. */
  readonly owner: string;
  readonly sid: string;
  readonly action: string;
  readonly resource: string;
}

/** An action of a statement, on any resource. */
export type GrantReference = Omit<Grant, 'resource'>;

/**
 * @example
 * describeGrant({ owner: 'processor', sid: 'Append', action: 'dynamodb:PutItem' }) // 'processor:Append:dynamodb:PutItem'
 */
export function describeGrant({ owner, sid, action }: GrantReference): string {
  return `${owner}:${sid}:${action}`;
}

/** @throws LocalStackError `InvalidOption` */
export function parseGrantReference(reference: string): GrantReference {
  const [, owner, sid, action] = /^([^:]+):([^:]+):(.+)$/.exec(reference) ?? [];
  if (owner !== undefined && sid !== undefined && action !== undefined) {
    return { owner, sid, action };
  }
  throw new LocalStackError(
    'InvalidOption',
    'A grant is <role>:<statement id>:<action>, for example ' +
      `leaderboard-processor-dev:AppendToLedger:dynamodb:PutItem, got "${reference}".`,
  );
}

export function grantsOf(owner: string, { Statement }: PolicyDocument): Grant[] {
  return Statement.filter(({ Effect }) => Effect === 'Allow').flatMap((statement) =>
    actionsOf(statement).flatMap((action) =>
      [statement.Resource ?? '*']
        .flat()
        .map((resource) => ({ owner, sid: statement.Sid, action, resource })),
    ),
  );
}

/** The policy without these actions; a statement without any action is removed. */
export function withoutGrants(
  owner: string,
  document: PolicyDocument,
  removed: readonly GrantReference[],
): PolicyDocument {
  const mine = removed.filter((grant) => grant.owner === owner);
  if (mine.length === 0) return document;
  const statements = document.Statement.flatMap((statement): PolicyStatement[] => {
    if (statement.Effect !== 'Allow') return [statement];
    const Action = actionsOf(statement).filter(
      (action) => !mine.some(({ sid, action: gone }) => sid === statement.Sid && gone === action),
    );
    return Action.length === 0 ? [] : [{ ...statement, Action }];
  });
  return { ...document, Statement: statements };
}

function actionsOf({ Action }: PolicyStatement): string[] {
  return [Action ?? []].flat();
}
