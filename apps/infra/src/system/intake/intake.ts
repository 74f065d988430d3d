import type * as aws from '@pulumi/aws';

import type { FifoQueue } from '../../components/fifo-queue.ts';
import type { LambdaFunction } from '../../components/lambda-function.ts';
import type { StackScope } from '../stack-scope.ts';
import { declareIntakeApi, type IntakeApi } from './api.ts';
import { declareUpdatesIntake, type UpdatesIntake } from './updates.ts';
import { declareWebhooks, type Webhooks } from './webhooks.ts';

export interface IntakeArgs {
  /** The main queue, to which `POST /updates` sends. */
  updates: FifoQueue;
  /** The function behind that queue. */
  processor: LambdaFunction;
  scheduleGroup: aws.scheduler.ScheduleGroup;
}

export interface Intake extends IntakeApi {
  webhooks: Webhooks;
  updates: UpdatesIntake;
}

/**
 * Declares the intake over HTTP:
 *
 * ```
 * provider ─ POST /webhook ─▶ validator ─▶ transaction-events ◀── sweep, every minute ─▶ payments | refunds | disputes
 *                                 └ async ─▶ router ─▶ payments | refunds | disputes
 * any HTTP client ─ POST /updates ─▶ updates ─▶ leaderboard-updates.fifo
 * ```
 */
export function declareIntake(scope: StackScope, args: IntakeArgs): Intake {
  const webhooks = declareWebhooks(scope, args.scheduleGroup);
  const updates = declareUpdatesIntake(scope, args);
  const api = declareIntakeApi(scope, {
    validator: webhooks.validator,
    updates: updates.function,
  });
  return { ...api, webhooks, updates };
}
