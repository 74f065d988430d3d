import type { SQSRecord } from 'aws-lambda';
import type { LedgerItem } from '../test-processor.ts';
import type { AcceptedLetter } from './dead-letter-edge.ts';
import type { DynamoDbWatcher } from './dynamodb-edge.ts';
import { REQUEST_TIMEOUT_MS, type Fate } from './fates.ts';
import type { Invocation } from './invocation.ts';
import type { Response } from './simulated-processor.ts';
import { playersOf, writtenItems, type Command } from './requests.ts';

/** A message as the producer sent it. */
export interface SentMessage {
  readonly record: SQSRecord;
  readonly playerId: string;
  readonly eventId: string;
  /** What makes two updates with one event id the same. */
  readonly content: string;
  /** `refused`: DynamoDB refuses its item, however often it is tried. */
  readonly kind: 'valid' | 'invalid' | 'refused';
}

export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/** With less time left, an invocation that was frozen sends its letters without asking the store first. */
const TIME_FOR_A_REQUEST_MS = REQUEST_TIMEOUT_MS + 1_500;

export interface AuditorOptions {
  readonly maxReceiveCount: number;
  /** Nothing fails in this history, so nothing may be returned or given up. */
  readonly isCalm: boolean;
  readonly ledgerOf: (playerId: string) => Promise<LedgerItem[]>;
}

/**
 * Checks what the processor promises: at the moment at which a record is acknowledged, a letter is accepted, or a
 * transaction takes place, and at the end.
 *
 * @throws {InvariantViolation}
 */
export class Auditor implements DynamoDbWatcher {
  readonly #options: AuditorOptions;
  /** By message id, in the order in which the queue accepted them. */
  readonly #sent = new Map<string, SentMessage & { readonly position: number }>();
  readonly #letters = new Map<string, { by: Invocation; isExcused: boolean }>();
  readonly #redriven = new Set<string>();
  /** By message id: whose transaction brought it into the ledger. */
  readonly #writers = new Map<string, Invocation>();
  /** Invocation and player whose last request had no usable response: there, a letter may be sent without the fence. */
  readonly #cutOff = new Set<string>();
  readonly #batches = new Map<Invocation, readonly SQSRecord[]>();
  /** A head is lost: what it remembers of dead letters is lost with it. */
  #hasLostHead = false;
  #hasLostMarker = false;

  constructor(options: AuditorOptions) {
    this.#options = options;
  }

  sent(message: SentMessage): void {
    this.#sent.set(message.record.messageId, { ...message, position: this.#sent.size });
  }

  started(invocation: Invocation, batch: readonly SQSRecord[]): void {
    this.#batches.set(invocation, batch);
  }

  headLost(): void {
    this.#hasLostHead = true;
  }

  markerLost(): void {
    this.#hasLostMarker = true;
  }

  /** SQS moved it to the dead-letter queue. */
  redriven(messageId: string): void {
    this.#redriven.add(messageId);
  }

  landed(invocation: Invocation, command: Command): void {
    for (const { ledgerMessageId } of writtenItems(command)) {
      if (ledgerMessageId === undefined) continue;
      this.#writers.set(ledgerMessageId, invocation);
      const letter = this.#letters.get(ledgerMessageId);
      if (letter === undefined || this.#hasLostHead) continue;
      const mayBeBoth = letter.isExcused && letter.by !== invocation;
      expectThat(mayBeBoth, `${ledgerMessageId} was dead-lettered, then written`);
    }
  }

  ended(invocation: Invocation, command: Command, fate: Fate): void {
    const isCutOff =
      ['lost', 'unanswered', 'late', 'partial'].includes(fate.kind) ||
      (fate.kind === 'rejected' && !fate.named);
    for (const playerId of playersOf(command)) {
      const key = `${invocation.name} ${playerId}`;
      if (isCutOff) this.#cutOff.add(key);
      else this.#cutOff.delete(key);
    }
  }

  async letterAccepted(invocation: Invocation, letter: AcceptedLetter): Promise<void> {
    const { messageId, errorType } = letter;
    const message = this.#message(messageId);
    const about = `the ${errorType} letter of ${messageId}`;
    expectThat(letter.body === message.record.body, `${about} has another body`);
    expectThat(letter.group === message.playerId, `${about} has another group`);
    const mayBeGivenUp = this.#receivesOf(invocation, messageId) >= this.#options.maxReceiveCount;
    const writtenBy = this.#writers.get(messageId);
    const isExcused =
      this.#cutOff.has(`${invocation.name} ${message.playerId}`) ||
      invocation.remainingMs < TIME_FOR_A_REQUEST_MS;
    switch (errorType) {
      case 'InvalidMessage':
        expectThat(message.kind === 'invalid', `${about}, which is valid`);
        break;
      case 'RecordRefused':
        expectThat(message.kind === 'refused', `${about}, which the store does not refuse`);
        break;
      case 'EventIdReused': {
        const items = await this.#options.ledgerOf(message.playerId);
        const isReused = items.some(
          (item) => item.event_id === message.eventId && contentOf(item) !== message.content,
        );
        expectThat(isReused, `${about}, whose event id was not used with other content`);
        break;
      }
      case 'TransientFailure':
      case 'Superseded':
        expectThat(mayBeGivenUp, `${about} before its last receive`);
        expectThat(!this.#options.isCalm, `${about} although nothing failed`);
        break;
      default:
        throw new InvariantViolation(`${about}: unknown error type`);
    }
    if (writtenBy !== undefined && !(errorType === 'Superseded' && this.#hasLostMarker)) {
      const mayBeBoth = isExcused && writtenBy !== invocation && errorType !== 'Superseded';
      expectThat(mayBeBoth, `${about}, which is in the ledger`);
    }
    if (!this.#letters.has(messageId)) this.#letters.set(messageId, { by: invocation, isExcused });
  }

  /** The function responded: what it did not return is acknowledged. */
  async responded(invocation: Invocation, { returned, written }: Response): Promise<void> {
    const batch = this.#batches.get(invocation) ?? [];
    const acknowledged = batch.filter(({ messageId }) => !returned.has(messageId));
    expectThat(
      !this.#options.isCalm || returned.size === 0,
      'records return although nothing failed',
    );
    const returnedGroups = new Set<string>();
    for (const { messageId } of batch) {
      const { playerId } = this.#message(messageId);
      if (returned.has(messageId)) returnedGroups.add(playerId);
      else expectThat(!returnedGroups.has(playerId), `${messageId} overtook a returned record`);
    }
    const own = acknowledged.filter(
      ({ messageId }) =>
        this.#writers.has(messageId) && this.#letters.get(messageId)?.by !== invocation,
    );
    expectThat(written === own.length, `${written} records are counted of ${own.length} written`);
    for (const { messageId } of acknowledged) {
      if (this.#writers.has(messageId) || this.#letters.has(messageId)) continue;
      const message = this.#message(messageId);
      const items = await this.#options.ledgerOf(message.playerId);
      expectThat(isInLedger(message, items), `${messageId} was acknowledged and is nowhere`);
    }
  }

  async atEnd(): Promise<void> {
    const byPlayer = Map.groupBy(this.#sent.values(), ({ playerId }) => playerId);
    for (const [playerId, messages] of byPlayer) {
      const items = await this.#options.ledgerOf(playerId);
      this.#checkLedger(playerId, items);
      for (const message of messages) {
        const { messageId } = message.record;
        const isDead = this.#letters.has(messageId) || this.#redriven.has(messageId);
        expectThat(isDead || isInLedger(message, items), `${messageId} is nowhere in the end`);
      }
    }
  }

  #checkLedger(playerId: string, items: readonly LedgerItem[]): void {
    const about = (what: string) => `the ledger of ${playerId} ${what}`;
    const versions = items.map(({ version }) => version);
    const isDense = versions.every((version, index) => version === index + 1);
    expectThat(isDense, about(`has the versions ${versions.join(', ')}`));
    const events = items.map(({ event_id }) => event_id);
    const hasRepeat = new Set(events).size < events.length;
    expectThat(!hasRepeat || this.#hasLostMarker, about(`has the events ${events.join(', ')}`));
    const positions = items.map(({ message_id }) => this.#message(message_id).position);
    const isInOrder = positions.every(
      (each, index) => index === 0 || each > (positions[index - 1] ?? -1),
    );
    expectThat(isInOrder, about(`has the messages ${items.map((i) => i.message_id).join(', ')}`));
    for (const { message_id, ...item } of items) {
      const message = this.#message(message_id);
      const isItsOwn = message.eventId === item.event_id && message.content === contentOf(item);
      expectThat(isItsOwn, about(`has another update for ${message_id}`));
    }
  }

  #message(messageId: string): SentMessage & { readonly position: number } {
    const message = this.#sent.get(messageId);
    if (!message) throw new InvariantViolation(`${messageId} was never sent`);
    return message;
  }

  #receivesOf(invocation: Invocation, messageId: string): number {
    const batch = this.#batches.get(invocation) ?? [];
    const record = batch.find((each) => each.messageId === messageId);
    return Number(record?.attributes.ApproximateReceiveCount);
  }
}

function isInLedger(message: SentMessage, items: readonly LedgerItem[]): boolean {
  return items.some(
    (item) =>
      item.message_id === message.record.messageId ||
      (item.event_id === message.eventId && contentOf(item) === message.content),
  );
}

/** Histories vary the score only; an item that is refused is never stored. */
function contentOf({ score }: { readonly score: number }): string {
  return `score ${score}`;
}

function expectThat(condition: boolean, violation: string): asserts condition {
  if (!condition) throw new InvariantViolation(violation);
}
