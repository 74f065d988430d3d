import type { DeadLetter, DeadLetterQueue } from '@leaderboard/function';
import type { BatchObserver } from './batch-observer.ts';
import type { KnownHead, LedgerStore } from './ledger-store.ts';
import { compareWithMarker, type MarkerVerdict } from './marker-verdict.ts';
import type { MessageGroup, RecordFailure } from './message-group.ts';
import type { InvalidRecord, ValidRecord } from './record-check.ts';
import { REQUEST_AND_LETTER_MS } from './retry-policy.ts';

export interface FrontDependencies {
  readonly store: LedgerStore;
  readonly deadLetters: DeadLetterQueue;
  readonly observer: BatchObserver;
  readonly maxReceiveCount: number;
  /** Whether the invocation has this much time left (ms), its reserve included. */
  readonly hasTimeFor: (ms: number) => boolean;
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

const UNKNOWN_OUTCOME: Step = {
  kind: 'close',
  reason: 'whether another attempt still writes it is not known',
};

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

  if (group.isSuperseded(front)) return settleSuperseded(group, front, dependencies);
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
  if (confirmation.kind === 'read') {
    const fence = await fenceOff(group, front, dependencies);
    if (fence.kind !== 'done') return fence;
  }
  // Without its marker, nothing of the transaction was committed: the followers' outcome is known as well.
  group.outcomeUnknown = false;
  return deadLetter({ record: front.record, ...failure }, dependencies);
}

/**
 * A later message of the player is settled, so this one is never written. Its marker is read once more, later than the head:
 * it may be what the head counts as settled.
 */
async function settleSuperseded(
  group: MessageGroup,
  front: ValidRecord,
  dependencies: FrontDependencies,
): Promise<Step> {
  const { record, update } = front;
  const marker = await dependencies.store.readMarker(update.player_id, update.event_id);
  if (marker.kind === 'unavailable') {
    return {
      kind: 'close',
      reason: `whether it is in the ledger cannot be read: ${marker.reason}`,
    };
  }
  if (marker.value) {
    group.remember(update.event_id, marker.value);
    return { kind: 'again' };
  }
  const reason =
    `message ${record.messageId} was not written before a later message of player_id "${update.player_id}" was settled. ` +
    'Redrive it: it is then accepted after that message.';
  if (record.receiveCount < dependencies.maxReceiveCount) return { kind: 'close', reason };
  return deadLetter({ record, errorType: 'Superseded', reason }, dependencies);
}

/**
 * Raises the head to a record that is to be dead-lettered, so that an invocation that outlived its visibility timeout cannot
 * write it after its letter.
 */
async function fenceOff(
  group: MessageGroup,
  { record, update }: ValidRecord,
  { store, hasTimeFor }: FrontDependencies,
): Promise<Step | { readonly kind: 'done' }> {
  const requests = group.head === undefined ? 3 : 1;
  if (!hasTimeFor(requests * REQUEST_AND_LETTER_MS)) {
    return group.outcomeUnknown ? UNKNOWN_OUTCOME : { kind: 'done' };
  }
  if (group.head === undefined) {
    const head = await readHead(update.player_id, store);
    if (head === undefined) return group.outcomeUnknown ? UNKNOWN_OUTCOME : { kind: 'done' };
    group.head = head;
    return { kind: 'again' };
  }
  const outcome = await store.raiseHead(update.player_id, group.head, record);
  switch (outcome.kind) {
    case 'raised':
      group.head = outcome.head;
      return { kind: 'done' };
    case 'moved':
      if (!hasTimeFor(3 * REQUEST_AND_LETTER_MS)) return UNKNOWN_OUTCOME;
      group.head = await readHead(update.player_id, store);
      return group.head === undefined ? UNKNOWN_OUTCOME : { kind: 'again' };
    case 'unavailable':
      return outcome.outcomeUnknown || group.outcomeUnknown ? UNKNOWN_OUTCOME : { kind: 'done' };
  }
}

async function readHead(playerId: string, store: LedgerStore): Promise<KnownHead | undefined> {
  const heads = await store.readHeads([playerId]);
  const head = heads.kind === 'read' ? heads.value.get(playerId) : undefined;
  return head?.kind === 'read' ? head.value : undefined;
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
