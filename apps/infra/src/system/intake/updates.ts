import type { FifoQueue } from '../../components/fifo-queue.ts';
import { LambdaFunction } from '../../components/lambda-function.ts';
import { OnDemandTable } from '../../components/on-demand-table.ts';
import { functionErrorRateAlarm, intakeFunctionArgs } from './function.ts';
import type { StackScope } from '../stack-scope.ts';

/** Declares the function behind `POST /updates` and what it remembers of requests. */
export function declareUpdatesIntake(scope: StackScope, updates: FifoQueue): LambdaFunction {
  const { config, named, tags, opts } = scope;
  const keys = new OnDemandTable(
    'idempotency-keys',
    {
      name: named('idempotency-keys'),
      partitionKey: { name: 'idempotency_key', type: 'S' },
      expiryAttribute: 'expires_at',
      protect: config.protectTables,
      adopt: config.adoptTables,
      tags,
    },
    opts,
  );
  const intake = new LambdaFunction(
    'updates-intake',
    {
      ...intakeFunctionArgs(scope, 'updates-intake', 'updates', {
        LEADERBOARD_QUEUE_URL: updates.queue.url,
        IDEMPOTENCY_TABLE_NAME: keys.table.name,
        IDEMPOTENCY_TTL_DAYS: String(config.idempotencyTtlDays),
        OCCURRED_AT_MAX_PAST_DAYS: String(config.occurredAtMaxPastDays),
      }),
      description: 'Sends leaderboard updates that come over HTTP to their queue',
      memoryMegabytes: config.updatesMemoryMegabytes,
      timeoutSeconds: config.updatesTimeoutSeconds,
      reservedConcurrency: config.updatesReservedConcurrency,
      permissions: [
        { sid: 'SendUpdates', actions: ['sqs:SendMessage'], resources: [updates.queue.arn] },
        { sid: 'RememberKeys', actions: ['dynamodb:PutItem'], resources: [keys.table.arn] },
      ],
    },
    opts,
  );
  functionErrorRateAlarm(scope, 'updates-intake', intake);
  return intake;
}
