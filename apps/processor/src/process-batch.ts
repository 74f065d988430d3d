import type { DeadLetter, DeadLetterQueue, QueueRecord, Runtime } from '@leaderboard/function';
import type { BatchObserver } from './batch-observer.ts';
import type { LedgerStore } from './ledger-store.ts';
import type { MarkerVerdict } from './marker-verdict.ts';
import { groupRecords, type MessageGroup } from './message-group.ts';
import type { Run } from './plan-run.ts';
import { checkRecord, type RecordRules, type ValidRecord } from './record-check.ts';
import { lateRequestMs, letterTimeMs, pauseMs, reserveMs } from './retry-policy.ts';
import type { Step } from './step.ts';
import type { CommitOutcome, ReadOutcome } from './store-faults.ts';

export interface BatchDependencies extends RecordRules, Runtime {
  readonly store: LedgerStore;
  readonly deadLetters: DeadLetterQueue;
  readonly observer: BatchObserver;
  readonly maxReceiveCount: number;
}

/**
 * Writes one batch to the ledger: one read of the players' heads and one transaction for all records, as long as
 * nothing fails. After a failure each message group goes on alone; no group waits for another, and within a group no
 * record overtakes another.
 *
 * @param records the batch, in queue order
 * @param remainingMs what the runtime leaves of the invocation, in ms
 * @returns message ids that the queue must deliver again
 */
export async function processBatch(
  records: readonly QueueRecord[],
  remainingMs: () => number,
  dependencies: BatchDependencies,
): Promise<string[]> {
  return new BatchProcessor(remainingMs, dependencies).run(records);
}

type Writing = readonly { readonly group: MessageGroup; readonly run: Run }[];
type Inquiry = Extract<Step, { kind: 'read' | 'look-up' | 'confirm' | 'raise' }>;

class BatchProcessor {
  readonly #dependencies: BatchDependencies;
  readonly #remainingMs: () => number;
  readonly #reserveMs: number;
  readonly #returned: string[] = [];

  constructor(remainingMs: () => number, dependencies: BatchDependencies) {
    this.#reserveMs = reserveMs(remainingMs());
    this.#remainingMs = remainingMs;
    this.#dependencies = dependencies;
  }

  async run(records: readonly QueueRecord[]): Promise<string[]> {
    const { now, maxReceiveCount } = this.#dependencies;
    const checked = records.map((record) => checkRecord(record, this.#dependencies));
    const groups = groupRecords(checked, maxReceiveCount);
    await this.#readTogether(groups.filter(({ hasValidRecord }) => hasValidRecord));
    const writing: { group: MessageGroup; run: Run }[] = [];
    const others: MessageGroup[] = [];
    for (const group of groups) {
      const step = group.next(now());
      if (step.kind === 'write' && this.#timeLeftMs() > 0) writing.push({ group, run: step.run });
      else others.push(group);
    }
    await Promise.all([this.#writeTogether(writing), ...others.map((each) => this.#settle(each))]);
    return this.#returned;
  }

  async #readTogether(groups: readonly MessageGroup[]): Promise<void> {
    if (groups.length === 0) return;
    const outcomes = await this.#dependencies.store.readPlayers(
      groups.map(({ id, eventsToRead }) => ({ playerId: id, eventIds: eventsToRead })),
    );
    for (const [index, group] of groups.entries()) {
      learn(group, outcomes[index], (state) => {
        group.learned(state);
      });
    }
  }

  async #writeTogether(writing: Writing): Promise<void> {
    if (writing.length === 0) return;
    const outcome = await this.#dependencies.store.commit(writing.map(({ run }) => run.write));
    this.#apply(writing, outcome);
    await Promise.all(writing.map(({ group }) => this.#settle(group)));
  }

  /** Does what a group needs, step by step, until all of it is settled or returned. */
  async #settle(group: MessageGroup): Promise<void> {
    const { now, observer } = this.#dependencies;
    let attempts = 0;
    for (;;) {
      if (group.attempts > attempts) {
        observer.attemptFailed(group.id, group.attempts, group.lastFault);
        if (!group.isStopped) await this.#pause(group);
      }
      attempts = group.attempts;
      if (!group.isStopped && this.#timeLeftMs() <= 0) group.stop();
      const step = group.next(now());
      switch (step.kind) {
        case 'done':
          return;
        case 'return':
          this.#close(group, step.reason);
          return;
        case 'in-ledger':
          this.#report(step.record, step.verdict);
          group.settled(1);
          break;
        case 'send':
          await this.#send(group, step.letters);
          break;
        case 'write':
          this.#apply([{ group, run: step.run }], await this.#commit(step.run));
          break;
        default:
          // After the end of the time, one request may outlast it, and the letters follow.
          if (!group.isStopped) await this.#ask(group, step);
          else if (!this.#mayAskLate() || !(await this.#ask(group, step))) group.decideUnread(step);
      }
    }
  }

  /** Makes a request about one group; returns whether it had a response. */
  async #ask(group: MessageGroup, step: Inquiry): Promise<boolean> {
    const { store } = this.#dependencies;
    switch (step.kind) {
      case 'read': {
        const [outcome] = await store.readPlayers([
          { playerId: group.id, eventIds: step.eventIds },
        ]);
        return learn(group, outcome, (state) => {
          group.learned(state);
        });
      }
      case 'look-up':
        return learn(group, await store.lookUp(group.id, step.question), (facts) => {
          group.lookedUp(step.question, facts);
        });
      case 'confirm': {
        const { record } = step;
        return learn(group, await store.readMarker(group.id, record.update.event_id), (marker) => {
          group.confirmed(record, marker);
        });
      }
      case 'raise': {
        const { head, records } = step;
        const last = records.at(-1)?.record;
        if (last === undefined) throw new Error('The head was to be raised for no record.');
        return learn(group, await store.raiseHead(group.id, head, last), (isRaised) => {
          group.raised(head, records, isRaised);
        });
      }
    }
  }

  #commit(run: Run): Promise<CommitOutcome> {
    return this.#dependencies.store.commit([run.write]);
  }

  #apply(writing: Writing, outcome: CommitOutcome): void {
    for (const [index, { group, run }] of writing.entries()) {
      switch (outcome.kind) {
        case 'committed':
          for (const { record, verdict } of group.committed(run)) this.#report(record, verdict);
          break;
        case 'cancelled':
          if (outcome.players[index]) group.cancelled(run, outcome.players[index]);
          break;
        case 'refused':
          if (writing.length === 1) group.refused(run, outcome.reason);
          break;
        case 'unavailable':
          if (outcome.outcomeUnknown) group.unanswered();
          group.storeFailed(outcome.reason);
      }
    }
  }

  async #send(group: MessageGroup, letters: readonly DeadLetter[]): Promise<void> {
    const { deadLetters, observer, sleep } = this.#dependencies;
    const { accepted, error } = await deadLetters.send(letters, (signal) =>
      sleep(letterTimeMs(this.#remainingMs()), signal),
    );
    for (const letter of letters.slice(0, accepted)) observer.deadLettered(letter);
    group.settled(accepted);
    const refused = letters[accepted];
    if (refused === undefined) return;
    observer.deadLetterFailed(refused, error);
    this.#close(group, `the dead-letter queue did not accept it (${refused.reason})`);
  }

  /** A record that is in the ledger: its own commit is the success of its message. */
  #report(record: ValidRecord, verdict: MarkerVerdict): void {
    const { observer } = this.#dependencies;
    if (verdict.kind === 'own') observer.written(record);
    if (verdict.kind === 'repeat') observer.duplicateSuppressed(record, verdict.atOtherTime);
  }

  #close(group: MessageGroup, reason: string): void {
    const records = group.close();
    this.#dependencies.observer.returned(records, reason);
    this.#returned.push(...records.map(({ messageId }) => messageId));
  }

  async #pause({ attempts }: MessageGroup): Promise<void> {
    const { random, sleep } = this.#dependencies;
    const timeLeftMs = this.#timeLeftMs();
    if (timeLeftMs > 0) await sleep(Math.min(pauseMs(attempts, random()), timeLeftMs));
  }

  #timeLeftMs(): number {
    return this.#remainingMs() - this.#reserveMs;
  }

  #mayAskLate(): boolean {
    return this.#remainingMs() > lateRequestMs(this.#reserveMs);
  }
}

/** Tells a group what came of a request; returns whether there was a response. */
function learn<T>(
  group: MessageGroup,
  outcome: ReadOutcome<T> | undefined,
  use: (value: T) => void,
): boolean {
  if (outcome?.kind === 'read') use(outcome.value);
  else if (outcome?.kind === 'damaged') group.cannotBeRead(outcome.reason);
  else if (outcome) group.storeFailed(outcome.reason);
  return outcome !== undefined && outcome.kind !== 'unavailable';
}
