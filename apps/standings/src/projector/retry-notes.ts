import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  fromAttributes,
  ifRetryNoteIs,
  ifRetryNoteIsOf,
  ifSlotIsFreeFor,
  RETRY_SLOTS,
  retryNoteKey,
  toRetryNote,
  toRetryNoteItem,
  type RetryNote,
  type WriteCondition,
} from '@leaderboard/tables';
import type { ProjectorObserver } from './projector-observer.ts';
import type { ReturnedRecords } from './returned-records.ts';

/**
 * How long a note stays valid after its records become visible again, in ms: time for them to be received, which a long
 * queue delays, and more than the visibility timeout of the queue, after which the records of a killed invocation are
 * received again. The attempt that succeeds removes the note. No attempt removes a note of several players; the next failure
 * prolongs it.
 */
const MARGIN_MS = 600_000;
/** Slots that a player's note may take: where one is taken by another player, the next is tried. */
const SLOTS_PER_PLAYER = 4;
/** Attempts to write a note while other projectors change the same slot. */
const MAX_ATTEMPTS = 5;

export interface RetryNotesOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** Notes which players' records are being retried, for readers that report how fresh their response is. */
export class RetryNotes {
  readonly #options: RetryNotesOptions;

  constructor(options: RetryNotesOptions) {
    this.#options = options;
  }

  /** Notes records that go back to the queue. */
  async returned({
    player,
    pauseSeconds,
  }: Pick<ReturnedRecords, 'player' | 'pauseSeconds'>): Promise<void> {
    if (player === undefined) return;
    const { now } = this.#options;
    const mine: RetryNote = {
      player: player.playerId,
      ledgerTimestamp: player.oldestTimestamp,
      until: now() + pauseSeconds * 1_000 + MARGIN_MS,
    };
    let slot = 0;
    let present: RetryNote | undefined;
    for (slot of slotsOf(mine.player)) {
      present = await this.#put(slot, mine, ifSlotIsFreeFor(mine, now()));
      if (present === undefined) return;
      if (present.player === mine.player) break;
    }
    for (let attempt = 1; present !== undefined; attempt += 1) {
      if (attempt > MAX_ATTEMPTS) {
        throw new Error(
          `Other projectors changed retry note ${slot} first, ${MAX_ATTEMPTS} times. The next attempt at these records notes them.`,
        );
      }
      present = await this.#put(slot, merge(present, mine), ifRetryNoteIs(present));
    }
  }

  /** Removes the note of a player whose records were retried with success. */
  async succeeded(playerId: string): Promise<void> {
    const { client, tableName } = this.#options;
    const removing = slotsOf(playerId).map(async (slot) => {
      try {
        await client.send(
          new DeleteCommand({
            TableName: tableName,
            Key: retryNoteKey(slot),
            ...ifRetryNoteIsOf(playerId),
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    });
    await Promise.all(removing);
  }

  /** @returns the note that is in the slot instead, if it does not meet the condition */
  async #put(
    slot: number,
    note: RetryNote,
    condition: WriteCondition,
  ): Promise<RetryNote | undefined> {
    const { client, tableName } = this.#options;
    try {
      await client.send(
        new PutCommand({
          TableName: tableName,
          Item: toRetryNoteItem(slot, note),
          ...condition,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
      return toRetryNote(fromAttributes(error.Item));
    }
  }
}

function merge(present: RetryNote, mine: RetryNote): RetryNote {
  const ledgerTimestamp = Math.min(present.ledgerTimestamp, mine.ledgerTimestamp);
  if (present.player === mine.player) return { ...mine, ledgerTimestamp };
  return { player: '', ledgerTimestamp, until: Math.max(present.until, mine.until) };
}

function slotsOf(playerId: string): number[] {
  const hash = createHash('sha256').update(playerId).digest();
  return Array.from(
    { length: SLOTS_PER_PLAYER },
    (_, index) => hash.readUInt8(index) % RETRY_SLOTS,
  );
}

interface NoteDependencies {
  readonly retries: Pick<RetryNotes, 'returned' | 'succeeded'>;
  readonly observer: Pick<ProjectorObserver, 'retryNoteFailed' | 'retryNoteLeft'>;
}

/**
 * Notes that records of a player are being retried. Never throws: the standings are correct without the note.
 *
 * @param again when to try once more after a failure; undefined not to
 */
export async function noteReturned(
  group: Pick<ReturnedRecords, 'player' | 'pauseSeconds'>,
  again: Promise<void> | undefined,
  dependencies: NoteDependencies,
): Promise<void> {
  try {
    await dependencies.retries.returned(group);
  } catch (error) {
    if (again === undefined) {
      dependencies.observer.retryNoteFailed(group.player?.playerId ?? '', error);
      return;
    }
    await again;
    await noteReturned(group, undefined, dependencies);
  }
}

/**
 * Removes the note of a player whose records were retried with success. Never throws. A removal that fails is not repeated
 * with a later batch: another process may have noted a failure of this player by then.
 */
export async function removeNote(
  playerId: string,
  { retries, observer }: NoteDependencies,
): Promise<void> {
  try {
    await retries.succeeded(playerId);
  } catch (error) {
    observer.retryNoteLeft(playerId, error);
  }
}
