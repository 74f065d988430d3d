import type { DeadLetter, DeadLetterQueue } from '@leaderboard/function';
import type { BatchObserver } from './batch-observer.ts';
import type { LedgerStore } from './ledger-store.ts';
import { compareWithMarker, type MarkerVerdict } from './marker-verdict.ts';
import type { MessageGroup, RecordFailure } from './message-group.ts';
import type { InvalidRecord, ValidRecord } from './record-check.ts';

export interface FrontDependencies {
  readonly store: LedgerStore;
  readonly deadLetters: DeadLetterQueue;
  readonly observer: BatchObserver;
  readonly maxReceiveCount: number;
}

/**
 * Settles the records at the front of a group that need no write: invalid ones, those whose event id is already
 * processed, and those whose write was given up in this invocation. Afterwards the front is a record to be written,
 * or the group is closed, or empty.
 *
 * @returns the message ids that go back to the queue
 */
export async function settleFront(
  group: MessageGroup,
  dependencies: FrontDependencies,
): Promise<string[]> {
  for (;;) {
    const { front } = group;
    if (front === undefined) return [];
    const step = await settle(group, front, dependencies);
    if (step.kind === 'ready') return [];
    if (step.kind === 'close') return closeGroup(group, dependencies.observer, step.reason);
    if (step.kind === 'settled') group.shift();
  }
}

/** Returns the rest of a group to the queue. */
export function closeGroup(group: MessageGroup, observer: BatchObserver, reason: string): string[] {
  const records = group.close().map(({ record }) => record);
  observer.returned(records, reason);
  return records.map(({ messageId }) => messageId);
}

/** Reports a record that is in the ledger: its own commit is the success of its message. */
export function reportInLedger(
  record: ValidRecord,
  verdict: MarkerVerdict,
  observer: BatchObserver,
): void {
  if (verdict.kind === 'own') observer.written(record);
  if (verdict.kind === 'repeat') observer.duplicateSuppressed(record, verdict.atOtherTime);
}

type Step =
  | { readonly kind: 'settled' }
  /** Something new is known about the front: check it again. */
  | { readonly kind: 'again' }
  /** The front is to be written. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'close'; readonly reason: string };

async function settle(
  group: MessageGroup,
  front: ValidRecord | InvalidRecord,
  dependencies: FrontDependencies,
): Promise<Step> {
  const { record } = front;
  if (!front.valid) {
    return deadLetter({ record, errorType: 'InvalidMessage', reason: front.reason }, dependencies);
  }

  const marker = group.markerOf(front);
  const verdict = marker && compareWithMarker(front, marker);
  if (verdict?.kind === 'reused') {
    return deadLetter({ record, errorType: 'EventIdReused', reason: verdict.reason }, dependencies);
  }
  if (verdict) {
    reportInLedger(front, verdict, dependencies.observer);
    return { kind: 'settled' };
  }

  const failure = group.failureOf(front);
  if (!failure) return { kind: 'ready' };
  if (record.receiveCount < dependencies.maxReceiveCount) {
    return { kind: 'close', reason: failure.reason };
  }
  return settleLastReceive(group, front, failure, dependencies);
}

/**
 * The next receive would be SQS's own redrive, without a reason and with the followers untouched, so the record goes to
 * the dead-letter queue now; unless a commit whose response was lost has brought it into the ledger.
 */
async function settleLastReceive(
  group: MessageGroup,
  front: ValidRecord,
  failure: RecordFailure,
  dependencies: FrontDependencies,
): Promise<Step> {
  const { player_id, event_id } = front.update;
  const confirmation = await dependencies.store.readMarker(player_id, event_id);
  if (confirmation.kind === 'read' && confirmation.value) {
    group.remember(event_id, confirmation.value);
    return { kind: 'again' };
  }
  if (confirmation.kind === 'unavailable' && group.outcomeUnknown) {
    const reason = `${failure.reason}; whether it was committed cannot be read: ${confirmation.reason}`;
    return { kind: 'close', reason };
  }
  // Without its marker, nothing of the transaction was committed: the followers' outcome is known as well.
  group.outcomeUnknown = false;
  return deadLetter({ record: front.record, ...failure }, dependencies);
}

async function deadLetter(letter: DeadLetter, dependencies: FrontDependencies): Promise<Step> {
  try {
    await dependencies.deadLetters.send(letter);
  } catch (error) {
    dependencies.observer.deadLetterFailed(letter, error);
    return { kind: 'close', reason: `the dead-letter queue did not accept it (${letter.reason})` };
  }
  dependencies.observer.deadLettered(letter);
  return { kind: 'settled' };
}
