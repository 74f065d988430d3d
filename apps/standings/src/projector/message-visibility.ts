import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** A message that was received, and how long the queue shall hide it from now on (s). */
export interface HiddenMessage {
  readonly receiptHandle: string;
  readonly seconds: number;
}

/** Decides when messages that a function returns are received again. */
export interface MessageVisibility {
  /**
   * Resolves once the queue hides the messages for the given time.
   *
   * @param messages 1 to 10, the limit of a batch
   * @throws {MessageVisibilityError} for those that it did not take; their visibility timeout goes on
   */
  hide(messages: readonly HiddenMessage[]): Promise<void>;
}

/** SQS did not change the visibility timeout of some messages. */
export class MessageVisibilityError extends Error {
  override readonly name = 'MessageVisibilityError';
  readonly code = 'MESSAGE_VISIBILITY';
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
        `the first because of ${first.Code ?? 'no code'}: ${first.Message ?? ''}. They come back after the timeout of their queue.`,
    );
  }
}
