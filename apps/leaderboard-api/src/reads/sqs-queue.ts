import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

export interface Queue {
  /** Whether no message is waiting or in flight. */
  isEmpty(): Promise<boolean>;
}

/** A queue in SQS. Its message counts are approximate and settle within a minute. */
export class SqsQueue implements Queue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async isEmpty(): Promise<boolean> {
    const { Attributes } = await this.#client.send(
      new GetQueueAttributesCommand({
        QueueUrl: this.#queueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return (
      Attributes?.ApproximateNumberOfMessages === '0' &&
      Attributes.ApproximateNumberOfMessagesNotVisible === '0'
    );
  }
}
