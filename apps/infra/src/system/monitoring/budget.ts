import { AccountBudget } from '../../components/account-budget.ts';
import type { StackScope } from '../stack-scope.ts';

/** Declares a budget of the account, if the stack sets one. */
export function declareBudget({ config, named, tags, opts }: StackScope): void {
  const { monthlyBudgetDollars: monthlyDollars, budgetEmail: email } = config;
  if (monthlyDollars === undefined || email === undefined) return;
  new AccountBudget(
    'leaderboard',
    { name: named('leaderboard'), monthlyDollars, email, tags },
    opts,
  );
}
