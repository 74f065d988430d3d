import { OWNER_TAGS } from '../system/stack-tags.ts';
import type { FoundAccount } from './account-of-stack.ts';
import type { DeployedStack } from './deployed-stack.ts';

/** What a command is about to work on. */
export interface TargetStack {
  stack: string;
  /** Where the state in use is stored, for the message. */
  stateLocation: string;
  /** Physical name of the ledger. */
  ledger: string;
  /** None: any account. */
  allowedAccountIds: readonly string[];
  /** Take over tables that exist. */
  adoptTables: boolean;
}

/**
 * Why the credentials, or the state in use, are not those of the stack; undefined when they are, or when the account does not say.
 *
 * A ledger that exists in the account but not in the state belongs to another state: of another clone, or of another backend.
 */
export function refusalOfAccount(
  target: TargetStack,
  deployed: Pick<DeployedStack, 'accountId' | 'tables'>,
  { accountId, ledgerTags }: FoundAccount,
): string | undefined {
  const { stack, ledger, allowedAccountIds, adoptTables } = target;
  if (accountId !== undefined) {
    if (allowedAccountIds.length > 0 && !allowedAccountIds.includes(accountId)) {
      return (
        `The credentials belong to account ${accountId}, but leaderboard:allowedAccountIds of stack ${stack} is ${allowedAccountIds.join(', ')}. ` +
        'Nothing was changed. Use credentials of an allowed account (AWS_PROFILE), or add the account to the setting.'
      );
    }
    if (deployed.accountId !== undefined && deployed.accountId !== accountId) {
      return (
        `Stack ${stack} is deployed in account ${deployed.accountId}, but the credentials belong to account ${accountId}. ` +
        `Nothing was changed. Use credentials of account ${deployed.accountId} (AWS_PROFILE).`
      );
    }
  }
  if (ledgerTags === undefined || deployed.tables.has(ledger) || adoptTables) return undefined;
  const found = `The table ${ledger} is in account ${accountId ?? 'of the credentials'}, but not in the state of stack ${stack} in ${target.stateLocation}.`;
  const owner = ledgerTags[OWNER_TAGS.stack];
  const state = ledgerTags[OWNER_TAGS.state];
  return (
    `${found} ${owner === undefined ? 'Its tags name no stack' : `It belongs to stack ${owner}, whose state is in ${state ?? 'an unknown place'}`}. ` +
    'Nothing was changed. Use that state (PULUMI_BACKEND_URL, or the clone that has it), or another ENVIRONMENT_SUFFIX. If a destroyed stack ' +
    "left the table behind, or the state is lost, set leaderboard:adoptTables to 'true'."
  );
}
