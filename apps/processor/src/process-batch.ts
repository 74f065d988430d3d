import type { QueueRecord, Runtime } from '@leaderboard/function';
import { closeGroup, reportInLedger, settleFront, type FrontDependencies } from './group-front.ts';
import { compareWithMarker } from './marker-verdict.ts';
import { groupRecords, type MessageGroup, type Run } from './message-group.ts';
import { checkRecord, type RecordRules } from './record-check.ts';
import { ATTEMPTS_BEFORE_DIVIDING, MAX_ATTEMPTS, pauseMs, reserveMs } from './retry-policy.ts';
import type { CommitOutcome, PlayerFaults } from './store-faults.ts';

export type BatchDependencies = Omit<FrontDependencies, 'hasTimeFor'> & RecordRules & Runtime;

/**
 * Writes one batch to the ledger: one read of the players' heads and one transaction for all records, as long as
 * nothing fails. A failure of one group does not affect the others; within a group no record overtakes another.
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
  return new BatchProcessor(records, remainingMs, dependencies).run();
}

class BatchProcessor {
  readonly #groups: MessageGroup[];
  readonly #dependencies: BatchDependencies & FrontDependencies;
  readonly #timeLeftMs: () => number;
  readonly #returned: string[] = [];
  #lanes = 1;

  constructor(
    records: readonly QueueRecord[],
    remainingMs: () => number,
    dependencies: BatchDependencies,
  ) {
    const reserve = reserveMs(remainingMs());
    this.#timeLeftMs = () => remainingMs() - reserve;
    this.#dependencies = { ...dependencies, hasTimeFor: (ms) => remainingMs() > ms };
    this.#groups = groupRecords(records.map((record) => checkRecord(record, dependencies)));
  }

  async run(): Promise<string[]> {
    for (;;) {
      const open = this.#groups.filter(isOpen);
      const [first] = open;
      if (first === undefined) return this.#returned;
      if (this.#timeLeftMs() <= 0) {
        await this.#stop(open);
        return this.#returned;
      }
      const now = this.#dependencies.now();
      const ready = open.filter(({ readyAt }) => readyAt <= now);
      if (ready.length > 0) {
        await this.#advance(ready.filter(({ lane }) => lane === ready[0]?.lane));
      } else {
        const wait = open.reduce((least, group) => Math.min(least, group.readyAt - now), Infinity);
        await this.#dependencies.sleep(Math.min(wait, Math.max(this.#timeLeftMs(), 1)));
      }
    }
  }

  /** One step for groups that share a transaction. */
  async #advance(groups: readonly MessageGroup[]): Promise<void> {
    const { now, store } = this.#dependencies;
    await this.#settleFronts(groups);
    const known = await this.#withHeads(groups.filter(isOpen));
    // The heads may say that fronts are superseded.
    await this.#settleFronts(known);
    const writable = known.filter((group) => isOpen(group) && group.head !== undefined);
    // The reserve holds one request that outlasts the time, not a slow read and a write after it.
    if (writable.length === 0 || this.#timeLeftMs() <= 0) return;
    const runs = writable.map((group) => group.plan(now()));
    this.#apply(writable, runs, await store.commit(runs.map(({ write }) => write)));
    // A front that is settled by now has no next attempt to wait for.
    await this.#settleFronts(writable);
  }

  async #settleFronts(groups: readonly MessageGroup[]): Promise<void> {
    const returned = await Promise.all(
      groups.map((group) => settleFront(group, this.#dependencies)),
    );
    this.#returned.push(...returned.flat());
  }

  /** Reads the heads that are not known and returns the groups whose head is. */
  async #withHeads(groups: readonly MessageGroup[]): Promise<readonly MessageGroup[]> {
    const headless = groups.filter(({ head }) => head === undefined);
    if (headless.length === 0) return groups;
    const outcome = await this.#dependencies.store.readHeads(headless.map(playerOf));
    if (outcome.kind === 'unavailable') {
      this.#attemptFailed(groups, 1, outcome.reason);
      return [];
    }
    for (const group of headless) {
      const head = outcome.value.get(playerOf(group));
      if (head?.kind === 'read') group.head = head.value;
      else this.#attemptFailed([group], 1, head?.reason ?? 'the head was not read');
    }
    return groups.filter(({ head }) => head !== undefined);
  }

  #apply(groups: readonly MessageGroup[], runs: readonly Run[], outcome: CommitOutcome): void {
    const longestRun = Math.max(...runs.map(({ write }) => write.entries.length));
    switch (outcome.kind) {
      case 'committed':
        forEachPair(groups, runs, (group, run) => {
          this.#committed(group, run);
        });
        return;
      case 'cancelled':
        forEachPair(groups, runs, (group, run, index) => {
          const faults = outcome.players[index];
          if (faults) this.#cancelled(group, run, faults);
        });
        return;
      case 'refused':
        if (groups.length === 1 && longestRun === 1) {
          groups[0]?.failFront({ errorType: 'RecordRefused', reason: outcome.reason });
        } else {
          this.#divide(groups, longestRun);
        }
        return;
      case 'unavailable':
        for (const group of groups) group.outcomeUnknown ||= outcome.outcomeUnknown;
        this.#attemptFailed(groups, longestRun, outcome.reason);
    }
  }

  #committed(group: MessageGroup, run: Run): void {
    group.commit(run);
    for (const record of run.records) {
      const marker = group.markerOf(record);
      if (marker === undefined) throw new Error('A record was committed without its marker.');
      reportInLedger(record, compareWithMarker(record, marker), this.#dependencies.observer);
    }
  }

  /**
   * Applies the faults of one group in a cancelled transaction. A group without a fault stays as it is, and is written in
   * the next transaction without waiting for the others.
   */
  #cancelled(group: MessageGroup, { write }: Run, faults: PlayerFaults): void {
    let firstContended: number | undefined;
    let contention = '';
    write.entries.forEach((entry, index) => {
      const fault = faults.entries[index];
      if (fault?.kind === 'already-processed') {
        group.remember(entry.update.event_id, fault.marker);
      } else if (fault?.kind === 'refused') {
        const record = group.pending.find((each) => each.record.messageId === entry.messageId);
        if (record?.valid) {
          group.fail(record, { errorType: 'RecordRefused', reason: fault.reason });
        }
      } else if (fault?.kind === 'contended' && firstContended === undefined) {
        firstContended = index;
        contention = fault.reason;
      }
    });

    if (faults.head?.kind === 'head-moved') {
      group.head = undefined;
      this.#attemptFailed([group], 1, "another writer moved the player's head");
    } else if (faults.head?.kind === 'contended' || faults.head?.kind === 'refused') {
      this.#attemptFailed([group], 1, faults.head.reason);
    } else if (firstContended === 0) {
      this.#attemptFailed([group], 1, contention);
    } else if (firstContended !== undefined) {
      group.limitRun(firstContended);
    }
  }

  /**
   * An attempt for these groups together failed. With one group and one record it is known which record is the cause, so
   * that record waits, or is given up. Otherwise the next attempts are divided until it is known.
   */
  #attemptFailed(groups: readonly MessageGroup[], longestRun: number, reason: string): void {
    const { now, observer, random } = this.#dependencies;
    const isAttributable = groups.length === 1 && longestRun === 1;
    // One for all of them: groups that share a transaction stay together.
    const chance = random();
    for (const group of groups) {
      group.attempts += 1;
      group.lastFault = reason;
      const readyAt = now() + pauseMs(group.attempts, chance);
      group.readyAt = readyAt;
      observer.attemptFailed(groupIdOf(group), group.attempts, reason);
      if (!isAttributable) continue;
      // A fair share of the time for each record, so that the followers are tried too on the last receive.
      group.giveUpAt ??= now() + this.#timeLeftMs() / group.pending.length;
      if (group.attempts >= MAX_ATTEMPTS || readyAt > group.giveUpAt) giveUp(group);
    }
    const attempts = Math.max(...groups.map((group) => group.attempts));
    if (!isAttributable && attempts >= ATTEMPTS_BEFORE_DIVIDING) this.#divide(groups, longestRun);
  }

  /** Splits the groups over two transactions, or one group's run in two. */
  #divide(groups: readonly MessageGroup[], longestRun: number): void {
    if (groups.length === 1) {
      groups[0]?.limitRun(Math.ceil(longestRun / 2));
      return;
    }
    const lane = this.#lanes++;
    for (const group of groups.slice(Math.ceil(groups.length / 2))) group.lane = lane;
  }

  /** The time has run out: what was tried and failed is settled as failed, what was not tried returns as it is. */
  async #stop(groups: readonly MessageGroup[]): Promise<void> {
    for (const group of groups) if (group.attempts > 0) giveUp(group);
    await this.#settleFronts(groups);
    for (const group of groups.filter(isOpen)) {
      this.#returned.push(
        ...closeGroup(group, this.#dependencies.observer, 'the invocation ran out of time'),
      );
    }
  }
}

function giveUp(group: MessageGroup): void {
  group.failFront({
    errorType: 'TransientFailure',
    reason: `${group.lastFault ?? 'unknown'} (attempts: ${group.attempts})`,
  });
}

function isOpen(group: MessageGroup): boolean {
  return group.pending.length > 0;
}

function groupIdOf(group: MessageGroup): string {
  return group.front?.record.messageGroupId ?? '';
}

/** A valid record's group is its player's: the record check makes sure of it. */
function playerOf(group: MessageGroup): string {
  return group.front?.valid ? group.front.update.player_id : groupIdOf(group);
}

function forEachPair<A, B>(
  left: readonly A[],
  right: readonly B[],
  visit: (a: A, b: B, index: number) => void,
): void {
  left.forEach((a, index) => {
    const b = right[index];
    if (b !== undefined) visit(a, b, index);
  });
}
