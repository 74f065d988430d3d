import type { Context, SQSBatchItemFailure, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { handleOnce } from './handle-once.ts';
import type { HandledEvents } from './handled-events.ts';

export interface FailedDelivery {
  readonly messageId: string;
  readonly eventId: string | undefined;
}

export interface ConsumerOptions {
  readonly handledEvents: HandledEvents;
  /** What the consumer does with one event: its body as the sender wrote it. */
  readonly settle: (body: string) => Promise<void>;
  /** Called for each delivery that failed and is received again. Log it: the dead-letter queue carries no reason. */
  readonly onFailure: (error: unknown, delivery: FailedDelivery) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * A Lambda handler for `payments`, `refunds` or `disputes`. Its event source mapping must report batch item failures.
 *
 * @example
 * export const handler = createConsumer({
 *   handledEvents: new HandledEvents({
 *     client: new DynamoDBClient(),
 *     tableName: 'handled-payments',
 *     ttlSeconds: 15 * 86_400,
 *     now: Date.now,
 *   }),
 *   settle: (body) => settlePayment(JSON.parse(body)),
 *   onFailure: (error, delivery) => console.error('The event failed', delivery, error),
 *   now: Date.now,
 * });
 */
export function createConsumer({ handledEvents, settle, onFailure, now }: ConsumerOptions) {
  return async (
    event: SQSEvent,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<SQSBatchResponse> => {
    // Lambda stops this code then, whatever it is doing.
    const deadlineMs = now() + context.getRemainingTimeInMillis();
    const batchItemFailures: SQSBatchItemFailure[] = [];
    for (const { messageId, messageAttributes, body } of event.Records) {
      const eventId = messageAttributes['event_id']?.stringValue;
      try {
        if (eventId === undefined) throw new Error('The message has no attribute event_id.');
        await handleOnce({ eventId, deadlineMs }, handledEvents, () => settle(body));
      } catch (error) {
        onFailure(error, { messageId, eventId });
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
}
