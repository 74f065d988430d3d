import type { DeadLetterErrorType } from '@leaderboard/contracts';
import type { DeadLetter } from '@leaderboard/function';
import type { PlayerMemory } from './player-memory.ts';
import type { CheckedRecord } from './record-check.ts';

/** Why a valid record is not written. */
export interface Failure {
  readonly errorType: Exclude<DeadLetterErrorType, 'InvalidMessage' | 'EventIdReused'>;
  readonly reason: string;
}

/** The records of a group that are given up in this invocation, and which letters may be sent. */
export class FailedRecords {
  /** The head cannot be raised: letters go without that. */
  isFenceWaived = false;
  readonly #memory: PlayerMemory;
  readonly #maxReceiveCount: number;
  readonly #failures = new Map<CheckedRecord, Failure>();

  constructor(memory: PlayerMemory, maxReceiveCount: number) {
    this.#memory = memory;
    this.#maxReceiveCount = maxReceiveCount;
  }

  add(record: CheckedRecord, failure: Failure): void {
    this.#failures.set(record, failure);
  }

  has(record: CheckedRecord): boolean {
    return this.#failures.has(record);
  }

  failureOf(record: CheckedRecord): Failure | undefined {
    return this.#failures.get(record);
  }

  /** The next receive would be SQS's own redrive, without a reason and with the followers untouched. */
  isLastReceive({ record }: CheckedRecord): boolean {
    return record.receiveCount >= this.#maxReceiveCount;
  }

  /** Whether another receive of a failed record is of no use. */
  isGivenUp(record: CheckedRecord): boolean {
    return this.isLastReceive(record) || this.#failures.get(record)?.errorType === 'RecordRefused';
  }

  /** The letters at the front: of records that nobody can bring into the ledger any more. */
  lettersOf(pending: readonly CheckedRecord[]): readonly DeadLetter[] {
    const end = pending.findIndex((each) => !this.#letterOf(each) || !this.#isFinal(each));
    return (end < 0 ? pending : pending.slice(0, end)).flatMap(
      (each) => this.#letterOf(each) ?? [],
    );
  }

  /** From the front on, as long as letters follow each other: up to the last record that failed. */
  beforeLetters(pending: readonly CheckedRecord[]): readonly CheckedRecord[] {
    const end = pending.findIndex((each) => !this.#letterOf(each));
    const letters = end < 0 ? pending : pending.slice(0, end);
    return letters.slice(0, letters.findLastIndex((each) => this.has(each)) + 1);
  }

  #letterOf(each: CheckedRecord): DeadLetter | undefined {
    const { record } = each;
    if (!each.valid) return { record, errorType: 'InvalidMessage', reason: each.reason };
    const event = this.#memory.eventOf(each);
    if (event.kind === 'unverified') return undefined;
    if (event.kind === 'in-ledger') {
      if (event.verdict.kind !== 'reused') return undefined;
      return { record, errorType: 'EventIdReused', reason: event.verdict.reason };
    }
    const failure = this.#failures.get(each);
    return failure && this.isGivenUp(each) ? { record, ...failure } : undefined;
  }

  #isFinal(each: CheckedRecord): boolean {
    if (!each.valid || this.#memory.eventOf(each).kind === 'in-ledger') return true;
    return this.isFenceWaived || this.#memory.isConfirmedAbsent(each);
  }
}
