import type { MessageQueue } from './message-queue.ts';

/** A queue of a move. */
export interface MovingQueue {
  readonly arn: string;
  readonly messages: MessageQueue;
}

/** As "ListMessageMoveTasks" returns it. */
export interface MoveTask {
  readonly Status: 'COMPLETED';
  readonly SourceArn: string;
  readonly DestinationArn: string;
  readonly MaxNumberOfMessagesPerSecond: number | undefined;
  readonly ApproximateNumberOfMessagesMoved: number;
  readonly ApproximateNumberOfMessagesToMove: number;
  /** ms since the epoch. */
  readonly StartedTimestamp: number;
}

/** Tasks of a queue that SQS lists at most ("ListMessageMoveTasks"). */
const MAX_LISTED = 10;

/** The moves of messages out of dead-letter queues. Each is over when it has started: what is in flight or comes later stays. */
export class MoveTasks {
  readonly #now: () => number;
  /** By the ARN of the source, the newest first. */
  readonly #tasks = new Map<string, MoveTask[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  start(source: MovingQueue, destination: MovingQueue, perSecond: number | undefined): void {
    const moved = source.messages.moveTo(destination.messages);
    const task: MoveTask = {
      Status: 'COMPLETED',
      SourceArn: source.arn,
      DestinationArn: destination.arn,
      MaxNumberOfMessagesPerSecond: perSecond,
      ApproximateNumberOfMessagesMoved: moved,
      ApproximateNumberOfMessagesToMove: moved,
      StartedTimestamp: this.#now(),
    };
    this.#tasks.set(source.arn, [task, ...this.of(source.arn, MAX_LISTED - 1)]);
  }

  /** The newest tasks of a queue. */
  of(sourceArn: string, limit: number): MoveTask[] {
    return (this.#tasks.get(sourceArn) ?? []).slice(0, limit);
  }
}
