import type { DeadLetterQueue } from '../../components/dead-letter-queue.ts';
import { EventQueue } from '../../components/event-queue.ts';
import type { DynamoDbTable } from '../../components/dynamodb-table.ts';
import type { Permission } from '../../components/policy.ts';
import type { StackScope } from '../stack-scope.ts';

/** The queues of the transaction types. */
export interface EventQueues {
  payments: EventQueue;
  refunds: EventQueue;
  disputes: EventQueue;
}

/** What router and sweep need to send an event to its queue. */
export interface Routing {
  events: DynamoDbTable;
  queues: EventQueues;
  /** Receives invocations that failed permanently. */
  failures: DeadLetterQueue;
}

/** Declares a queue with its dead-letter queue for each transaction type. */
export function declareEventQueues(scope: StackScope): EventQueues {
  return {
    payments: declareEventQueue(scope, 'payments'),
    refunds: declareEventQueue(scope, 'refunds'),
    disputes: declareEventQueue(scope, 'disputes'),
  };
}

function declareEventQueue(
  { config, named, alarms, tags, opts }: StackScope,
  name: string,
): EventQueue {
  return new EventQueue(
    name,
    {
      name: named(name),
      retentionSeconds: config.webhookQueueRetentionSeconds,
      visibilityTimeoutSeconds: config.webhookQueueVisibilityTimeoutSeconds,
      maxReceiveCount: config.webhookMaxReceiveCount,
      messageAgeAlarmSeconds: config.webhookMessageAgeAlarmSeconds,
      deadLetters: {
        name: named(`${name}-dlq`),
        depthAlarmThreshold: config.webhookDlqDepthAlarmThreshold,
      },
      protect: config.protectTables,
      alarms,
      tags,
    },
    opts,
  );
}

/** Variables of a function that routes events. */
export function routingVariables({ config }: StackScope, { events, queues }: Routing) {
  const { payments, refunds, disputes } = queues;
  return {
    DYNAMODB_TABLE: events.table.name,
    PAYMENTS_QUEUE_URL: payments.queue.url,
    REFUNDS_QUEUE_URL: refunds.queue.url,
    DISPUTES_QUEUE_URL: disputes.queue.url,
    EVENT_TTL_DAYS: String(config.webhookEventTtlDays),
  };
}

/** Allows a function to send events to their queues. */
export function sendEvents({ queues: { payments, refunds, disputes } }: Routing): Permission {
  return {
    sid: 'SendEvents',
    actions: ['sqs:SendMessage'],
    resources: [payments.queue.arn, refunds.queue.arn, disputes.queue.arn],
  };
}
