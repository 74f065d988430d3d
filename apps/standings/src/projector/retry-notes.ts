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
 * delays. The attempt that succeeds removes the note.
 */
const MARGIN_MS = 600_000;
/** The same for a note of several players, which no attempt removes; the next one that fails prolongs it. */
const SHARED_MARGIN_MS = 60_000;
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
    const { client, tableName, now } = this.#options;
    const mine: RetryNote = {
      player: player.playerId,
      ledgerTimestamp: player.oldestTimestamp,
      until: now() + pauseSeconds * 1_000 + MARGIN_MS,
    };
    const slot = slotOf(player.playerId);
    let note = mine;
    // Replaces what is over, what is of the same player, and what this note includes.
    let condition: Condition = {
      ConditionExpression:
        'attribute_not_exists(player_id) OR #until < :now OR (#player = :player AND ledger_timestamp >= :oldest)',
      ExpressionAttributeNames: { '#until': 'until', '#player': 'player' },
      ExpressionAttributeValues: {
        ':now': number(now()),
        ':player': text(mine.player),
        ':oldest': number(mine.ledgerTimestamp),
      },
    };
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: toRetryNoteItem(slot, note),
            ...condition,
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
        const present = toRetryNote(error.Item);
        note = merge(present, mine);
        condition = {
          ConditionExpression: '#until = :until AND ledger_timestamp = :oldest',
          ExpressionAttributeNames: { '#until': 'until' },
          ExpressionAttributeValues: {
            ':until': number(present.until),
            ':oldest': number(present.ledgerTimestamp),
          },
        };
      }
    }
    throw new Error(
      `Other projectors were faster ${MAX_ATTEMPTS} times with retry note ${slot}. The next attempt at these records notes them.`,
    );
  }

  /** Removes the note of a player whose records were retried with success. */
  async succeeded(playerId: string): Promise<void> {
    const { client, tableName } = this.#options;
    try {
      await client.send(
        new DeleteItemCommand({
          TableName: tableName,
          Key: retryNoteKey(slotOf(playerId)),
          ConditionExpression: '#player = :player',
          ExpressionAttributeNames: { '#player': 'player' },
          ExpressionAttributeValues: { ':player': text(playerId) },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}

function merge(present: RetryNote, mine: RetryNote): RetryNote {
  const ledgerTimestamp = Math.min(present.ledgerTimestamp, mine.ledgerTimestamp);
  if (present.player === mine.player) return { ...mine, ledgerTimestamp };
  const visibleAt = Math.max(visibleAtMs(present), visibleAtMs(mine));
  return { player: '', ledgerTimestamp, until: visibleAt + SHARED_MARGIN_MS };
}

function visibleAtMs({ player, until }: RetryNote): number {
  return until - (player === '' ? SHARED_MARGIN_MS : MARGIN_MS);
}

function slotOf(playerId: string): number {
  return createHash('sha256').update(playerId).digest().readUInt8(0) % RETRY_SLOTS;
}
