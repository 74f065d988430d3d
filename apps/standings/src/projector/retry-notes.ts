import { createHash } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
  type DynamoDBClient,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { number, text } from '../table/attributes.ts';
import {
  RETRY_SLOTS,
  retryNoteKey,
  toRetryNote,
  toRetryNoteItem,
  type RetryNote,
} from '../table/retry-note.ts';
import type { ReturnedRecords } from './project-batch.ts';

/**
 * How long a note holds after its records become visible again, in ms: time for them to be received, which a long queue
 * delays, and more than the visibility timeout of the queue, after which those of an invocation that was killed come back.
 * The attempt that succeeds removes the note. One of several players no attempt removes; the next that fails prolongs it.
 */
const MARGIN_MS = 600_000;
/** Slots that a player's note may take: where one is taken by another player, the next is tried. */
const SLOTS_PER_PLAYER = 4;
/** Times that another projector may be faster with a note of the same slot. */
const MAX_ATTEMPTS = 5;

export interface RetryNotesOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** ms since the epoch. */
  readonly now: () => number;
}

type Condition = Pick<
  PutItemCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/** Notes which players' records are being retried, for readers that say how fresh their answer is. */
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
      present = await this.#put(slot, mine, isFreeFor(mine, now()));
      if (present === undefined) return;
      if (present.player === mine.player) break;
    }
    for (let attempt = 1; present !== undefined; attempt += 1) {
      if (attempt > MAX_ATTEMPTS) {
        throw new Error(
          `Other projectors were faster ${MAX_ATTEMPTS} times with retry note ${slot}. The next attempt at these records notes them.`,
        );
      }
      present = await this.#put(slot, merge(present, mine), isStill(present));
    }
  }

  /** Removes the note of a player whose records were retried with success. */
  async succeeded(playerId: string): Promise<void> {
    const { client, tableName } = this.#options;
    const removing = slotsOf(playerId).map(async (slot) => {
      try {
        await client.send(
          new DeleteItemCommand({
            TableName: tableName,
            Key: retryNoteKey(slot),
            ConditionExpression: '#player = :player',
            ExpressionAttributeNames: { '#player': 'player' },
            ExpressionAttributeValues: { ':player': text(playerId) },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    });
    await Promise.all(removing);
  }

  /** @returns the note that is there instead, if it does not fulfil the condition */
  async #put(slot: number, note: RetryNote, condition: Condition): Promise<RetryNote | undefined> {
    const { client, tableName } = this.#options;
    try {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: toRetryNoteItem(slot, note),
          ...condition,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
      return toRetryNote(error.Item);
    }
  }
}

/** Nothing is lost if this note replaces what is there: it is over, or of the same player and no older. */
function isFreeFor({ player, ledgerTimestamp }: RetryNote, nowMs: number): Condition {
  return {
    ConditionExpression:
      'attribute_not_exists(player_id) OR #until < :now OR (#player = :player AND ledger_timestamp >= :oldest)',
    ExpressionAttributeNames: { '#until': 'until', '#player': 'player' },
    ExpressionAttributeValues: {
      ':now': number(nowMs),
      ':player': text(player),
      ':oldest': number(ledgerTimestamp),
    },
  };
}

function isStill({ ledgerTimestamp, until }: RetryNote): Condition {
  return {
    ConditionExpression: '#until = :until AND ledger_timestamp = :oldest',
    ExpressionAttributeNames: { '#until': 'until' },
    ExpressionAttributeValues: { ':until': number(until), ':oldest': number(ledgerTimestamp) },
  };
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
