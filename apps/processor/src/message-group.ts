import type { QueueRecord } from '@leaderboard/function';
import type { Marker } from '@leaderboard/tables';
import { FailedRecords, type Failure } from './failed-records.ts';
import type { KnownHead, LedgerFacts, LedgerQuestion, PlayerState } from './player-state.ts';
import type { MarkerVerdict } from './marker-verdict.ts';
import { planRun, type Run } from './plan-run.ts';
import { isBehind, PlayerMemory } from './player-memory.ts';
import type { CheckedRecord, ValidRecord } from './record-check.ts';
import { MAX_ATTEMPTS } from './retry-policy.ts';
import type { Step } from './step.ts';
import type { PlayerFaults } from './store-faults.ts';

const OUT_OF_TIME: Step = { kind: 'return', reason: 'the invocation ran out of time' };

/**
 * The records of one message group in one batch, as a queue: only the front is ever settled, so that whatever happens
 * to a record happens before its followers are touched. Says what is to be done next, is told what came of it, and does
 * no I/O.
 */
export class MessageGroup {
  readonly id: string;
  #pending: readonly CheckedRecord[];
  readonly #memory = new PlayerMemory();
  readonly #failed: FailedRecords;
  /** It is not known whether the front is in the ledger, and there is no time to read it. */
  #isSilenced = false;
  /** A transaction of this group may have been committed, or may still be, although no response said so. */
  #isUnanswered = false;
  #isStopped = false;
  #attempts = 0;
  /** Attempts that failed because of the front alone. */
  #attemptsOfFront = 0;
  #lastFault: string | undefined;
  #runLimit = Number.POSITIVE_INFINITY;

  /** @param records the group's records in the order of the batch, which is the queue's; not empty */
  constructor(records: readonly CheckedRecord[], maxReceiveCount: number) {
    this.id = records[0]?.record.messageGroupId ?? '';
    this.#pending = records;
    this.#failed = new FailedRecords(this.#memory, maxReceiveCount);
  }

  /** Failed attempts since the front last moved. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Why the last attempt failed. */
  get lastFault(): string {
    return this.#lastFault ?? 'unknown';
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Whether the head of the player is worth reading with those of others. */
  get hasValidRecord(): boolean {
    return this.#pending.some(({ valid }) => valid);
  }

  /** Events whose markers are read with the head: they may be in the ledger already. */
  get eventsToRead(): readonly string[] {
    const events = this.#pending
      .filter((each): each is ValidRecord => each.valid && this.#mayBeInLedger(each))
      .map(({ update }) => update.event_id);
    return [...new Set(events)];
  }

  /** @param now ms since the epoch, for the timestamps of a run */
  next(now: number): Step {
    const [front] = this.#pending;
    if (front === undefined) return { kind: 'done' };
    if (this.#isSilenced) {
      return { kind: 'return', reason: `${this.#reason()}; whether it was committed is not known` };
    }
    if (this.#isStopped && this.#lastFault === undefined) return OUT_OF_TIME;
    if (!front.valid) return this.#send();
    const event = this.#memory.eventOf(front);
    if (event.kind === 'unverified') return this.#lookUp();
    if (event.kind !== 'in-ledger') return this.#nextOfUnwritten(front, now);
    if (event.verdict.kind === 'reused') return this.#send();
    return { kind: 'in-ledger', record: front, verdict: event.verdict };
  }

  #nextOfUnwritten(front: ValidRecord, now: number): Step {
    const failure = this.#failed.failureOf(front);
    if (failure && !this.#failed.isGivenUp(front))
      return { kind: 'return', reason: failure.reason };
    if (failure && this.#failed.isFenceWaived) return this.#send();
    if (!failure && this.#isStopped) return OUT_OF_TIME;
    const { head } = this.#memory;
    if (head === 'unknown') return { kind: 'read', eventIds: this.eventsToRead };
    if (head === 'absent') return this.#lookUp();
    if (isBehind(front.record, head.lastSettled)) {
      if (!this.#memory.isConfirmedAbsent(front)) return { kind: 'confirm', record: front };
      if (failure) return this.#send();
      this.#failed.add(front, superseded(head));
      return this.#nextOfUnwritten(front, now);
    }
    if (failure) return { kind: 'raise', head, records: this.#failed.beforeLetters(this.#pending) };
    const run = planRun(this.#pending, {
      playerId: this.id,
      head,
      memory: this.#memory,
      isExcluded: (record) => this.#failed.has(record),
      limit: this.#runLimit,
      now,
    });
    return { kind: 'write', run };
  }

  /** The head and some markers were read. */
  learned(state: PlayerState): void {
    this.#memory.learned(state);
  }

  /** The ledger was asked. */
  lookedUp(question: LedgerQuestion, facts: LedgerFacts): void {
    this.#memory.lookedUp(question, facts);
  }

  /** The marker of the front was read later than the head. */
  confirmed(record: ValidRecord, marker: Marker | undefined): void {
    this.#memory.confirmed(record, marker);
  }

  /** An item of the player is damaged: the front fails, and its head cannot be raised. */
  cannotBeRead(reason: string): void {
    this.storeFailed(reason);
    this.#failed.isFenceWaived = true;
    this.#failFront('TransientFailure', reason);
  }

  /** The store does not work for this group as a whole. */
  storeFailed(reason: string): void {
    this.#attempts += 1;
    this.#lastFault = reason;
  }

  /** A transaction ended without a usable response. */
  unanswered(): void {
    this.#isUnanswered = true;
  }

  /** @returns the records that are in the ledger now */
  committed({ write, records }: Run): { record: ValidRecord; verdict: MarkerVerdict }[] {
    this.#memory.committed(write.entries);
    this.#isUnanswered = false;
    this.#runLimit *= 2;
    this.settled(records.length);
    return records.map((record) => {
      const event = this.#memory.eventOf(record);
      if (event.kind !== 'in-ledger') throw new Error('A record was committed without its marker.');
      return { record, verdict: event.verdict };
    });
  }

  /** DynamoDB refuses the run as it is, and does not say which record is the cause. */
  refused({ write }: Run, reason: string): void {
    if (write.entries.length === 1) this.#failFront('RecordRefused', reason);
    else this.#runLimit = Math.ceil(write.entries.length / 2);
  }

  /** The transaction was cancelled. Without a fault of this group, it is simply tried again. */
  cancelled({ write, records }: Run, { head, entries }: PlayerFaults): void {
    let firstContended: number | undefined;
    for (const [index, { update, messageId }] of write.entries.entries()) {
      const fault = entries[index];
      if (fault?.kind === 'already-processed') this.#memory.remember(update.event_id, fault.marker);
      if (fault?.kind === 'contended') firstContended ??= index;
      const record = records.find((each) => each.record.messageId === messageId);
      if (fault?.kind === 'refused' && record) this.#fail(record, 'RecordRefused', fault.reason);
    }
    const contended = firstContended === undefined ? undefined : entries[firstContended];
    if (head?.kind === 'head-moved') this.#headMoved();
    else if (head && head.kind !== 'already-processed') this.storeFailed(head.reason);
    else if (contended?.kind !== 'contended') return;
    else if (firstContended === 0) this.#frontFailed(contended.reason);
    else this.#runLimit = firstContended ?? this.#runLimit;
  }

  /** The head says that these records are settled, or another writer had moved it. */
  raised(head: KnownHead, records: readonly CheckedRecord[], isRaised: boolean): void {
    const last = records.at(-1)?.record;
    if (!isRaised || last === undefined) {
      this.#headMoved();
      return;
    }
    this.#memory.raised(head, last, records);
    this.#isUnanswered = false;
  }

  /**
   * There is no time left for what a step asks. Letters then go without a raised head, unless a transaction may still take
   * place; and what may be in the ledger already returns.
   */
  decideUnread(step: Step): void {
    const mayBeInLedger =
      step.kind === 'confirm' || (step.kind === 'look-up' && step.question.markers.size > 0);
    if (this.#isUnanswered || mayBeInLedger) this.#isSilenced = true;
    else this.#failed.isFenceWaived = true;
  }

  /** These many records at the front are settled. */
  settled(count: number): void {
    this.#pending = this.#pending.slice(count);
    this.#attempts = 0;
    this.#attemptsOfFront = 0;
    if (this.#isStopped) return;
    this.#lastFault = undefined;
    this.#failed.isFenceWaived = false;
  }

  /** The time has run out: what was tried, and what stands behind it, fails; what was not tried returns. */
  stop(): void {
    this.#isStopped = true;
    if (this.#lastFault === undefined) return;
    for (const [index, each] of this.#pending.entries()) {
      if (index > 0 && !this.#failed.isLastReceive(each)) return;
      const reason = index === 0 ? this.#reason() : `not tried: ${this.#reason()}`;
      if (!this.#failed.has(each)) this.#fail(each, 'TransientFailure', reason);
      if (!this.#failed.isLastReceive(each)) return;
    }
  }

  /** Nothing more happens to this group in this invocation; returns what is left of it. */
  close(): readonly QueueRecord[] {
    const rest = this.#pending;
    this.#pending = [];
    return rest.map(({ record }) => record);
  }

  #headMoved(): void {
    this.#memory.forgetHead();
    this.storeFailed("another writer moved the player's head");
  }

  #frontFailed(reason: string): void {
    this.storeFailed(reason);
    this.#attemptsOfFront += 1;
    if (this.#attemptsOfFront >= MAX_ATTEMPTS) this.#failFront('TransientFailure', this.#reason());
  }

  #failFront(errorType: Failure['errorType'], reason: string): void {
    const [front] = this.#pending;
    if (front) this.#fail(front, errorType, reason);
  }

  #fail(record: CheckedRecord, errorType: Failure['errorType'], reason: string): void {
    this.#lastFault ??= reason;
    this.#failed.add(record, { errorType, reason });
  }

  #reason(): string {
    return `${this.lastFault} (attempts: ${this.#attempts})`;
  }

  #mayBeInLedger(each: ValidRecord): boolean {
    if (this.#memory.eventOf(each).kind === 'in-ledger') return false;
    return each.record.receiveCount > 1 || this.#isUnanswered || this.#failed.has(each);
  }

  #lookUp(): Step {
    return { kind: 'look-up', question: this.#memory.question };
  }

  #send(): Step {
    const letters = this.#failed.lettersOf(this.#pending);
    if (letters.length === 0)
      throw new Error('The front of a group was to be sent and has no letter.');
    return { kind: 'send', letters };
  }
}

/** Sorts a batch into its message groups; within a group the order of the batch stays. */
export function groupRecords(
  records: readonly CheckedRecord[],
  maxReceiveCount: number,
): MessageGroup[] {
  const byGroupId = Map.groupBy(records, ({ record }) => record.messageGroupId);
  return [...byGroupId.values()].map((group) => new MessageGroup(group, maxReceiveCount));
}

function superseded({ lastSettled }: KnownHead): Failure {
  const reason =
    `a later message of this player, with the sequence number ${lastSettled?.sequenceNumber}, was settled first; written ` +
    'now, this one would be out of order. Redrive it: it is then accepted after that message.';
  return { errorType: 'Superseded', reason };
}
