import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** The limit of a request. */
const MAX_LETTERS = 10;

/** A dead letter of the pipe. It says where in the ledger's stream the records were that the pipe gave up, and not what they were. */
export interface PipeDeadLetter {
  readonly messageId: string;
  /** Why, shard and sequence numbers, as Pipes writes it; the start of the body where it is something else. */
  readonly what: unknown;
}

/** The dead-letter queue of the pipe. */
export class PipeDeadLetters {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  /**
   * Takes up to 10 letters out of the queue.
   *
   * @param noted called with the letters before they are deleted: where it throws, they stay
   * @returns how many there were
   */
  async take(noted: (letters: readonly PipeDeadLetter[]) => Promise<void>): Promise<number> {
    const { Messages = [] } = await this.#client.send(
      new ReceiveMessageCommand({ QueueUrl: this.#queueUrl, MaxNumberOfMessages: MAX_LETTERS }),
    );
    if (Messages.length === 0) return 0;
    await noted(Messages.map(toPipeDeadLetter));
    await this.#client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: this.#queueUrl,
        Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    );
    return Messages.length;
  }
}

function toPipeDeadLetter({ MessageId = '', Body = '' }: Message): PipeDeadLetter {
  try {
    const { context, DDBStreamBatchInfo: records } = JSON.parse(Body) as Record<string, unknown>;
    return { messageId: MessageId, what: { context, records } };
  } catch {
    return { messageId: MessageId, what: Body.slice(0, 200) };
  }
}
