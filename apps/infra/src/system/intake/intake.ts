import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

import type { FifoQueue } from '../../components/fifo-queue.ts';
import { declareIntakeApi } from './api.ts';
import { declareUpdatesIntake } from './updates.ts';
import { declareWebhooks } from './webhooks.ts';
import type { StackScope } from '../stack-scope.ts';

export interface IntakeArgs {
  /** Takes the updates. */
  updates: FifoQueue;
  scheduleGroup: aws.scheduler.ScheduleGroup;
}

/** The intake's outputs, by their names. A type alias, so that it can be indexed by any name. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions
export type IntakeOutputs = {
  api_endpoint: pulumi.Output<string>;
  /** A secret. */
  updates_api_key: pulumi.Output<string>;
  validator_lambda_arn: pulumi.Output<string>;
  router_lambda_arn: pulumi.Output<string>;
  payments_queue_url: pulumi.Output<string>;
  refunds_queue_url: pulumi.Output<string>;
  disputes_queue_url: pulumi.Output<string>;
  webhook_failures_queue_url: pulumi.Output<string>;
  transaction_events_table_name: pulumi.Output<string>;
  event_sweep_schedule_name: pulumi.Output<string>;
};

/**
 * Declares the intake over HTTP:
 *
 * ```
 * provider ─ POST /webhook ─▶ validator ─▶ transaction-events ◀── sweep, every minute ─▶ payments | refunds | disputes
 *                                 └ async ─▶ router ─▶ payments | refunds | disputes
 * any HTTP client ─ POST /updates ─▶ updates ─▶ leaderboard-updates.fifo
 * ```
 */
export function declareIntake(
  scope: StackScope,
  { updates, scheduleGroup }: IntakeArgs,
): IntakeOutputs {
  const webhooks = declareWebhooks(scope, scheduleGroup);
  const { api, updatesKey } = declareIntakeApi(scope, {
    validator: webhooks.validator,
    updates: declareUpdatesIntake(scope, updates),
  });
  const { payments, refunds, disputes } = webhooks.queues;
  return {
    api_endpoint: api.stage.invokeUrl,
    updates_api_key: updatesKey.value,
    validator_lambda_arn: webhooks.validator.function.arn,
    router_lambda_arn: webhooks.router.function.arn,
    payments_queue_url: payments.queue.url,
    refunds_queue_url: refunds.queue.url,
    disputes_queue_url: disputes.queue.url,
    webhook_failures_queue_url: webhooks.failures.queue.url,
    transaction_events_table_name: webhooks.events.table.name,
    event_sweep_schedule_name: webhooks.sweepSchedule.name,
  };
}
