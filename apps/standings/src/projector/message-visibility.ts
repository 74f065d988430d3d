import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** A received message, and how long the queue is to hide it from now on (s). */
export interface HiddenMessage {
  readonly receiptHandle: string;
  readonly seconds: number;
}

/** Sets when messages that a function returns are received again. The SQS queue, and its double in tests. */
export interface MessageVisibility {
  /**
   * Resolves once the queue hides the messages for the given time.
   *
   * @param messages 1 to 10, the limit of a batch
   * @throws {MessageVisibilityError} when it does not accept all of them; the visibility timeout of the others stays
   */
  hide(messages: readonly HiddenMessage[]): Promise<void>;
}

/** SQS did not change the visibility timeout of some messages. */
export class MessageVisibilityError extends Error {
  override readonly name = 'MessageVisibilityError';
  readonly code = 'MessageVisibility';
}

export interface SqsMessageVisibilityOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
}

export class SqsMessageVisibility implements MessageVisibility {
  readonly #options: SqsMessageVisibilityOptions;

  constructor(options: SqsMessageVisibilityOptions) {
    this.#options = options;
  }

  async hide(messages: readonly HiddenMessage[]): Promise<void> {
    const { client, queueUrl } = this.#options;
    const { Failed = [] } = await client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queueUrl,
        Entries: messages.map(({ receiptHandle, seconds }, index) => ({
          Id: String(index),
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: seconds,
        })),
      }),
    );
    const [first] = Failed;
    if (first === undefined) return;
    throw new MessageVisibilityError(
      `SQS did not change the visibility timeout of ${Failed.length} of ${messages.length} messages, ` +
        `the first because of ${first.Code ?? 'no code'}: ${first.Message ?? ''}. They are received again after the timeout of their queue.`,
    );
  }
}
