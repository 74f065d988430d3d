import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

export interface AccountBudgetArgs {
  /** Physical name. */
  name: string;
  monthlyDollars: number;
  /** Hears of it. */
  email: string;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Share of the budget, in percent, from which its spending is reported. */
const SPENT_PERCENT = 80;

/**
 * A budget of the account, not of the stack: costs can be told apart by tags only after the account's owner has activated these for
 * cost allocation. It reports what is nearly spent, and a forecast above the budget; it stops nothing.
 */
export class AccountBudget extends pulumi.ComponentResource {
  constructor(name: string, args: AccountBudgetArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super('leaderboard:infra:AccountBudget', name, {}, opts);
    const notification = {
      comparisonOperator: 'GREATER_THAN',
      thresholdType: 'PERCENTAGE',
      subscriberEmailAddresses: [args.email],
    };

    new aws.budgets.Budget(
      `${name}-budget`,
      {
        name: args.name,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        limitAmount: String(args.monthlyDollars),
        limitUnit: 'USD',
        notifications: [
          { ...notification, notificationType: 'ACTUAL', threshold: SPENT_PERCENT },
          { ...notification, notificationType: 'FORECASTED', threshold: 100 },
        ],
        tags: args.tags,
      },
      { parent: this },
    );

    this.registerOutputs();
  }
}
