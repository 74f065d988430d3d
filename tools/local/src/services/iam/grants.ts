import { LocalStackError } from '../../shared/errors.ts';
import type { PolicyDocument, PolicyStatement } from './policy-document.ts';

/** One thing that one statement of the program allows: an action on a resource, as the statement spells them. */
export interface Grant {
  /** Name of the role, or what a resource-based policy belongs to: `function/<name>`, `queue/<name>`. */
  readonly owner: string;
  readonly sid: string;
  readonly action: string;
  readonly resource: string;
}

/** An action of one statement, on whatever resources. */
export type GrantReference = Omit<Grant, 'resource'>;

/** @example describeGrant({ owner: 'processor', sid: 'Append', action: 'dynamodb:PutItem' }) // 'processor:Append:dynamodb:PutItem' */
export function describeGrant({ owner, sid, action }: GrantReference): string {
  return `${owner}:${sid}:${action}`;
}

/** @throws LocalStackError `InvalidOption` */
export function parseGrantReference(text: string): GrantReference {
  const [, owner, sid, action] = /^([^:]+):([^:]+):(.+)$/.exec(text) ?? [];
  if (owner !== undefined && sid !== undefined && action !== undefined) {
    return { owner, sid, action };
  }
  throw new LocalStackError(
    'InvalidOption',
    'A grant is <role>:<statement id>:<action>, for example ' +
      `leaderboard-processor-dev:AppendToLedger:dynamodb:PutItem, got "${text}".`,
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

/** The policy with fewer actions; a statement that has none left is gone. */
export function withoutGrants(
  owner: string,
  document: PolicyDocument,
  removed: readonly GrantReference[],
): PolicyDocument {
  const mine = removed.filter((reference) => reference.owner === owner);
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
