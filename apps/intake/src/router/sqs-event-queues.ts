import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { TransactionType } from '@leaderboard/contracts';
import type { EventQueues } from './route-event.ts';

/** The message attribute (DataType `String`) by which a consumer drops an event that it has handled. */
export const EVENT_ID_ATTRIBUTE = 'event_id';

/** Queue URLs by type. */
export type QueueUrls = Readonly<Record<TransactionType, string>>;

/** The three standard queues in SQS. */
export class SqsEventQueues implements EventQueues {
  readonly #client: Pick<SQSClient, 'send'>;
  readonly #urls: QueueUrls;

  constructor(client: Pick<SQSClient, 'send'>, urls: QueueUrls) {
    this.#client = client;
    this.#urls = urls;
  }

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

/** U+FFFE and U+FFFF are legal in JSON, there only inside texts, but not in an SQS message ("SendMessage", Amazon SQS API Reference). */
function escapeForSqs(json: string): string {
  return json.replaceAll('\uFFFE', '\\uFFFE').replaceAll('\uFFFF', '\\uFFFF');
}
