import { SendMessageBatchCommand, type SendMessageBatchCommandOutput } from '@aws-sdk/client-sqs';
import type { CompletedUpdate } from './complete-update.ts';
import { classifyEntry, classifyError, type Failure } from './failure.ts';
import type { ProducerOptions } from './options.ts';
import { createClient, type Environment } from './sqs-client.ts';

/** The one method of an `SQSClient` that the producer calls. */
export interface SqsSender {
  send(
    command: SendMessageBatchCommand,
    options?: { abortSignal?: AbortSignal },
  ): Promise<SendMessageBatchCommandOutput>;
}

/** How one update of a request fared. */
export type EntryResult =
  | { accepted: true; message_id: string; sequence_number: string }
  | { accepted: false; failure: Failure };

/** Sends one batch and tells every entry's result, in order. Never rejects. */
export interface BatchTransport {
  sendBatch(batch: readonly CompletedUpdate[], signal: AbortSignal): Promise<EntryResult[]>;
  /** Lets go of what the transport made itself. */
  destroy(): void;
}

/** The transport over SQS, through the caller's client or one of its own. @throws LeaderboardConfigError */
export function createTransport(
  options: ProducerOptions,
  queueUrl: string,
  environment: Environment,
): BatchTransport {
  if (options.client !== undefined) {
    return transportOver(options.client, queueUrl, {
      ready: () => Promise.resolve(),
      destroy: () => undefined,
    });
  }
  const { client, ready } = createClient(options, queueUrl, environment);
  const destroy = () => {
    client.destroy();
  };
  return transportOver(client, queueUrl, { ready, destroy });
}

function transportOver(
  client: SqsSender,
  queueUrl: string,
  { ready, destroy }: { ready: () => Promise<void>; destroy: () => void },
): BatchTransport {
  return {
    async sendBatch(batch, signal) {
      try {
        const command = new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: batch.map((entry, index) => ({
            Id: String(index),
            MessageBody: entry.body,
            MessageGroupId: entry.messageGroupId,
            MessageDeduplicationId: entry.deduplicationId,
          })),
        });
        const sending = ready().then(() => client.send(command, { abortSignal: signal }));
        const answer = await untilAborted(sending, signal);
        return batch.map((_, index) => entryResult(answer, String(index)));
      } catch (error) {
        const failure = classifyError(error);
        return batch.map(() => ({ accepted: false, failure }));
      }
    },
    destroy,
  };
}

function entryResult(answer: SendMessageBatchCommandOutput, id: string): EntryResult {
  const success = answer.Successful?.find((entry) => entry.Id === id);
  if (success?.MessageId !== undefined && success.SequenceNumber !== undefined) {
    return {
      accepted: true,
      message_id: success.MessageId,
      sequence_number: success.SequenceNumber,
    };
  }
  const failed = answer.Failed?.find((entry) => entry.Id === id);
  return { accepted: false, failure: classifyEntry(failed) };
}

/** A client may ignore its abort signal; the deadline of a request holds all the same. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}
