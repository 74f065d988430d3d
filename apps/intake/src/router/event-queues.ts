import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { TransactionType } from '@leaderboard/contracts';

/** The message attribute (DataType `String`) by which a consumer drops an event that it has already handled. */
const EVENT_ID_ATTRIBUTE = 'event_id';

/** Queue URLs by type. */
export type QueueUrls = Readonly<Record<TransactionType, string>>;

/** The three standard queues, one per type. */
export class EventQueues {
  readonly #client: Pick<SQSClient, 'send'>;
  readonly #urls: QueueUrls;

  constructor(client: Pick<SQSClient, 'send'>, urls: QueueUrls) {
    this.#client = client;
    this.#urls = urls;
  }

  /** Rejects when the queue did not confirm the event. */
  async send(transactionType: TransactionType, eventId: string, body: string): Promise<void> {
    await this.#client.send(
      new SendMessageCommand({
        QueueUrl: this.#urls[transactionType],
        MessageBody: escapeForSqs(body),
        MessageAttributes: {
          [EVENT_ID_ATTRIBUTE]: { DataType: 'String', StringValue: eventId },
        },
      }),
    );
  }
}

/**
 * JSON may contain U+FFFE and U+FFFF, in strings only; an SQS message may not ("SendMessage", Amazon SQS API Reference).
 */
function escapeForSqs(json: string): string {
  return json.replaceAll('\uFFFE', '\\uFFFE').replaceAll('\uFFFF', '\\uFFFF');
}
