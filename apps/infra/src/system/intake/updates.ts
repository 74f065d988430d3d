import { IDEMPOTENCY_KEYS_TABLE } from '@leaderboard/tables';

import type { FifoQueue } from '../../components/fifo-queue.ts';
import type { LambdaFunction } from '../../components/lambda-function.ts';
import type { DynamoDbTable } from '../../components/dynamodb-table.ts';
import { declareIntakeFunction } from '../function.ts';
import type { StackScope } from '../stack-scope.ts';
import { declareTable } from '../table.ts';

export interface UpdatesIntake {
  function: LambdaFunction;
  /** Responses by their `Idempotency-Key`. */
  keys: DynamoDbTable;
}

/** Declares the function behind `POST /updates` and the table of its idempotency keys. */
export function declareUpdatesIntake(
  scope: StackScope,
  { updates, processor }: { updates: FifoQueue; processor: LambdaFunction },
): UpdatesIntake {
  const { config } = scope;
  const keys = declareTable(scope, IDEMPOTENCY_KEYS_TABLE);
  const fn = declareIntakeFunction(scope, 'updates-intake', {
    bundle: 'updates',
    settings: 'updates',
    description: 'Sends leaderboard updates that come over HTTP to their queue',
    consumers: [processor],
    environment: {
      LEADERBOARD_QUEUE_URL: updates.queue.url,
      IDEMPOTENCY_TABLE_NAME: keys.table.name,
      IDEMPOTENCY_TTL_DAYS: String(config.idempotencyTtlDays),
      OCCURRED_AT_MAX_PAST_DAYS: String(config.occurredAtMaxPastDays),
    },
    permissions: [
      { sid: 'SendUpdates', actions: ['sqs:SendMessage'], resources: [updates.queue.arn] },
      { sid: 'RememberKeys', actions: ['dynamodb:PutItem'], resources: [keys.table.arn] },
    ],
  });
  return { function: fn, keys };
}
