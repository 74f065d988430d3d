import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { DEAD_LETTER_ATTRIBUTES } from '@leaderboard/contracts';

/** A message of the dead-letter queue. */
export interface DeadLetter {
  messageId: string;
  body: string;
  groupId: string;
  errorType: string | undefined;
  errorReason: string | undefined;
}

/** The dead-letter queue of the updates, as an operator reads it. */
export class DeadLetterQueue {
  readonly #sqs: SQSClient;
  readonly #queueUrl: string;
  #letters: DeadLetter[] = [];

  constructor(sqs: SQSClient, queueUrl: string) {
    this.#sqs = sqs;
    this.#queueUrl = queueUrl;
  }

  /**
   * All messages that the queue has received and that were not taken. Reading deletes them from the queue: otherwise a
   * FIFO queue shows only the first message of a group.
   */
  async all(): Promise<DeadLetter[]> {
    for (;;) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#queueUrl,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['MessageGroupId'],
        }),
      );
      if (Messages.length === 0) return this.#letters;
      for (const message of Messages) {
        this.#letters.push(toDeadLetter(message));
        await this.#sqs.send(
          new DeleteMessageCommand({
            QueueUrl: this.#queueUrl,
            ReceiptHandle: message.ReceiptHandle,
          }),
        );
      }
    }
  }

  /** Takes the dead letters of a message group out. */
  async take(groupId: string): Promise<DeadLetter[]> {
    const taken = (await this.all()).filter((letter) => letter.groupId === groupId);
    this.#letters = this.#letters.filter((letter) => letter.groupId !== groupId);
    return taken;
  }
}

function toDeadLetter(message: Message): DeadLetter {
  const attribute = (name: string) => message.MessageAttributes?.[name]?.StringValue;
  return {
    messageId: message.MessageId ?? '',
    body: message.Body ?? '',
    groupId: message.Attributes?.MessageGroupId ?? '',
    errorType: attribute(DEAD_LETTER_ATTRIBUTES.errorType),
    errorReason: attribute(DEAD_LETTER_ATTRIBUTES.errorReason),
  };
}
