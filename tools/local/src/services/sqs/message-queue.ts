import { randomUUID } from 'node:crypto';

/** What a sender gives. */
export interface NewMessage {
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly md5OfBody: string;
  readonly delayMs: number;
  /** Both undefined in a standard queue. */
  readonly group: string | undefined;
  readonly deduplicationId: string | undefined;
}

/** As in requests: binary values in base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

/** A message that a queue holds. */
export interface QueuedMessage extends NewMessage {
  readonly id: string;
  /** Order of the queue; rises with each message, also across groups. */
  readonly sequence: number;
  /** In ms since the epoch, as are the times below. */
  readonly sentAtMs: number;
  receives: number;
  firstReceivedAtMs: number | undefined;
}

/** What a sender learns of a message. */
export type Accepted = Pick<QueuedMessage, 'id' | 'sequence'>;

export interface ReceivedMessage {
  readonly message: QueuedMessage;
  readonly receiptHandle: string;
}

/** Where messages go that were received too often. */
export interface Redrive {
  readonly maxReceiveCount: number;
  readonly deadLetterQueue: MessageQueue;
}

/** SQS drops a repeat within 5 minutes ("Using the message deduplication ID in Amazon SQS"). */
const DEDUPLICATION_MS = 5 * 60 * 1_000;
/** The group of all messages of a standard queue, which no group of a FIFO queue can have: theirs are not empty. */
const NO_GROUP = '';

interface Hidden {
  readonly message: QueuedMessage;
  /** Visible again from then on, in ms since the epoch. */
  visibleAtMs: number;
}

/**
 * The messages of one queue. In a FIFO queue a group is blocked while one of its messages is in flight, and one receive returns
 * as many messages of a group as there are, in their order.
 */
export class MessageQueue {
  readonly isFifo: boolean;
  readonly #now: () => number;
  /** By group, each in its order; the group that was received longest ago first. */
  readonly #visible = new Map<string, QueuedMessage[]>();
  readonly #delayed: Hidden[] = [];
  /** By receipt handle. */
  readonly #inFlight = new Map<string, Hidden>();
  /** How many messages of a group are in flight. */
  readonly #blocked = new Map<string, number>();
  /** By deduplication id, the oldest first. */
  readonly #accepted = new Map<string, Accepted & { readonly atMs: number }>();
  readonly #waiting = new Set<() => void>();
  #wakeTimer: NodeJS.Timeout | undefined;
  #sequence = 0;

  constructor(isFifo: boolean, now: () => number) {
    this.isFifo = isFifo;
    this.#now = now;
  }

  get counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    this.#showDue();
    let visible = 0;
    for (const messages of this.#visible.values()) visible += messages.length;
    return { visible, inFlight: this.#inFlight.size, delayed: this.#delayed.length };
  }

  /** @returns of a repeat, what became of the first one */
  send(message: NewMessage): Accepted {
    const now = this.#now();
    for (const [id, { atMs }] of this.#accepted) {
      if (atMs + DEDUPLICATION_MS > now) break;
      this.#accepted.delete(id);
    }
    const { deduplicationId } = message;
    const first = deduplicationId === undefined ? undefined : this.#accepted.get(deduplicationId);
    if (first !== undefined) return first;
    const { id, sequence } = this.#add({
      ...message,
      id: randomUUID(),
      sentAtMs: now,
      receives: 0,
      firstReceivedAtMs: undefined,
    });
    if (deduplicationId !== undefined) {
      this.#accepted.set(deduplicationId, { id, sequence, atMs: now });
    }
    return { id, sequence };
  }

  /** @param visibilityTimeoutMs until the messages are visible again */
  receive(
    maximum: number,
    visibilityTimeoutMs: number,
    redrive: Redrive | undefined,
  ): ReceivedMessage[] {
    this.#showDue();
    const received: ReceivedMessage[] = [];
    for (const [group, messages] of this.#visible) {
      if (received.length === maximum) break;
      if (this.isFifo && this.#blocked.has(group)) continue;
      while (received.length < maximum) {
        const message = messages.shift();
        if (message === undefined) break;
        if (redrive !== undefined && message.receives >= redrive.maxReceiveCount) {
          redrive.deadLetterQueue.#add({ ...message, delayMs: 0 });
        } else {
          received.push(this.#hide(message, visibilityTimeoutMs));
        }
      }
      // At the end: the next receive begins with another group.
      this.#visible.delete(group);
      if (messages.length > 0) this.#visible.set(group, messages);
    }
    return received;
  }

  /** Resolves once a message may be there, the time is over or the signal is aborted. */
  async waitForMessage(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const wake = () => {
      resolve(undefined);
    };
    const timer = setTimeout(wake, waitMs);
    signal?.addEventListener('abort', wake, { once: true });
    this.#waiting.add(wake);
    this.#armTimer();
    await promise;
    this.#waiting.delete(wake);
    signal?.removeEventListener('abort', wake);
    clearTimeout(timer);
    this.#armTimer();
  }

  delete(receiptHandle: string): void {
    const hidden = this.#inFlight.get(receiptHandle);
    if (hidden === undefined) return;
    this.#inFlight.delete(receiptHandle);
    this.#unblock(hidden.message);
    if (this.#visible.has(groupOf(hidden.message))) this.#wake();
  }

  /** @returns false if the message is not in flight */
  changeVisibility(receiptHandle: string, timeoutMs: number): boolean {
    this.#showDue();
    const hidden = this.#inFlight.get(receiptHandle);
    if (hidden === undefined) return false;
    hidden.visibleAtMs = this.#now() + timeoutMs;
    this.#showDue();
    this.#armTimer();
    return true;
  }

  /** Moves what is visible to another queue, as new messages. @returns how many */
  moveTo(target: MessageQueue): number {
    this.#showDue();
    const moved = [...this.#visible.values()].flat().sort((a, b) => a.sequence - b.sequence);
    this.#visible.clear();
    const sentAtMs = this.#now();
    for (const message of moved) {
      const fresh = { id: randomUUID(), sentAtMs, receives: 0, firstReceivedAtMs: undefined };
      target.#add({ ...message, ...fresh, delayMs: 0 });
    }
    return moved.length;
  }

  purge(): void {
    this.#visible.clear();
    this.#delayed.length = 0;
    this.#inFlight.clear();
    this.#blocked.clear();
  }

  /** Ends all waits. */
  stop(): void {
    this.#wake();
    clearTimeout(this.#wakeTimer);
  }

  #add(message: Omit<QueuedMessage, 'sequence'>): QueuedMessage {
    this.#sequence += 1;
    const queued = { ...message, sequence: this.#sequence };
    if (queued.delayMs > 0) {
      this.#delayed.push({ message: queued, visibleAtMs: this.#now() + queued.delayMs });
      this.#armTimer();
    } else {
      this.#show(queued);
    }
    return queued;
  }

  #hide(message: QueuedMessage, visibilityTimeoutMs: number): ReceivedMessage {
    const now = this.#now();
    message.receives += 1;
    message.firstReceivedAtMs ??= now;
    const receiptHandle = randomUUID();
    this.#inFlight.set(receiptHandle, { message, visibleAtMs: now + visibilityTimeoutMs });
    const group = groupOf(message);
    this.#blocked.set(group, (this.#blocked.get(group) ?? 0) + 1);
    return { message, receiptHandle };
  }

  /** Puts a message into its place in its group: one that comes back was sent before those that wait. */
  #show(message: QueuedMessage): void {
    const group = groupOf(message);
    const messages = this.#visible.get(group) ?? [];
    const place = messages.findLastIndex(({ sequence }) => sequence < message.sequence) + 1;
    messages.splice(place, 0, message);
    this.#visible.set(group, messages);
    this.#wake();
  }

  #unblock(message: QueuedMessage): void {
    const group = groupOf(message);
    const left = (this.#blocked.get(group) ?? 1) - 1;
    if (left > 0) this.#blocked.set(group, left);
    else this.#blocked.delete(group);
  }

  /** Shows the messages whose delay or visibility timeout is over. */
  #showDue(): void {
    const now = this.#now();
    for (const [receiptHandle, { message, visibleAtMs }] of this.#inFlight) {
      if (visibleAtMs > now) continue;
      this.#inFlight.delete(receiptHandle);
      this.#unblock(message);
      this.#show(message);
    }
    for (let index = this.#delayed.length - 1; index >= 0; index -= 1) {
      const delayed = this.#delayed[index];
      if (delayed === undefined || delayed.visibleAtMs > now) continue;
      this.#delayed.splice(index, 1);
      this.#show(delayed.message);
    }
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /** While somebody waits, wakes them when the next message becomes visible by itself. */
  #armTimer(): void {
    clearTimeout(this.#wakeTimer);
    if (this.#waiting.size === 0) return;
    let next = Infinity;
    for (const { visibleAtMs } of this.#inFlight.values()) next = Math.min(next, visibleAtMs);
    for (const { visibleAtMs } of this.#delayed) next = Math.min(next, visibleAtMs);
    if (next === Infinity) return;
    this.#wakeTimer = setTimeout(
      () => {
        this.#showDue();
        this.#armTimer();
      },
      Math.max(0, next - this.#now()),
    );
  }
}

function groupOf(message: QueuedMessage): string {
  return message.group ?? NO_GROUP;
}
