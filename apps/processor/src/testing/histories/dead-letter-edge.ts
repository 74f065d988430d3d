import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { DEAD_LETTER_ATTRIBUTES } from '@leaderboard/contracts';
import { timeout } from '../fault-injection.ts';
import type { LetterFate } from './fates.ts';
import type { Invocation } from './invocation.ts';
import type { Simulation } from './simulation.ts';

/** A letter that the dead-letter queue accepted. */
export interface AcceptedLetter {
  readonly messageId: string;
  readonly body: string;
  readonly group: string;
  readonly errorType: string;
}

export interface DeadLetterEdgeOptions {
  readonly simulation: Simulation;
  readonly fateOf: (invocation: Invocation) => LetterFate;
  /** Sees each letter at the moment at which the queue accepts it. */
  readonly accepted: (invocation: Invocation, letter: AcceptedLetter) => void | Promise<void>;
  readonly trace: (line: string) => void;
}

type Command = SendMessageCommand | SendMessageBatchCommand;
type Entry = Omit<SendMessageBatchRequestEntry, 'Id'>;

/** The dead-letter queue: slow, down, accepting some letters of a batch, or accepting them without a response. */
export class DeadLetterEdge {
  readonly #options: DeadLetterEdgeOptions;

  constructor(options: DeadLetterEdgeOptions) {
    this.#options = options;
  }

  /** The client of one invocation. An aborted request ends for the client; the queue may still accept its letters. */
  clientOf(invocation: Invocation): SQSClient {
    const send = async (command: Command, { abortSignal }: { abortSignal?: AbortSignal } = {}) => {
      abortSignal?.throwIfAborted();
      return new Promise((resolve, reject) => {
        abortSignal?.addEventListener('abort', () => {
          reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
        });
        this.#send(invocation, command, resolve, reject);
      });
    };
    return { send } as unknown as SQSClient;
  }

  #send(
    invocation: Invocation,
    command: Command,
    resolve: (output: object) => void,
    reject: (error: Error) => void,
  ): void {
    const { simulation, fateOf, accepted, trace } = this.#options;
    const fate = fateOf(invocation);
    trace(`${invocation.name} ${command.constructor.name} ${fate.kind}`);
    simulation.after(fate.afterMs, async () => {
      const isBatch = command instanceof SendMessageBatchCommand;
      const entries: readonly Entry[] = isBatch
        ? (command.input.Entries ?? [])
        : [command.input as Entry];
      const isAccepted = entries.map(
        (_, index) => fate.kind !== 'down' && (fate.kind !== 'some' || fate.isAccepted(index)),
      );
      for (const [index, entry] of entries.entries()) {
        if (isAccepted[index] === true) await accepted(invocation, toLetter(entry));
      }
      invocation.wake(() => {
        if (fate.kind === 'unanswered') reject(timeout());
        else if (isBatch && fate.kind !== 'down') resolve(batchOutput(command, isAccepted));
        else if (isAccepted[0] === true) resolve({ MessageId: 'letter' });
        else reject(new Error('the dead-letter queue is down'));
      });
    });
  }
}

function batchOutput({ input }: SendMessageBatchCommand, isAccepted: readonly boolean[]): object {
  const ids = (input.Entries ?? []).map(({ Id }) => Id);
  const failed = ids.filter((_, index) => isAccepted[index] !== true);
  return {
    Successful: ids.filter((_, index) => isAccepted[index]).map((Id) => ({ Id })),
    Failed: failed.map((Id) => ({ Id, Code: 'InternalError', SenderFault: false })),
  };
}

/** The processor sends each letter under the id of its message. */
function toLetter(entry: Entry): AcceptedLetter {
  return {
    messageId: entry.MessageDeduplicationId ?? '',
    body: entry.MessageBody ?? '',
    group: entry.MessageGroupId ?? '',
    errorType: entry.MessageAttributes?.[DEAD_LETTER_ATTRIBUTES.errorType]?.StringValue ?? '',
  };
}
