import { PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PROGRESS_SLOTS, toProgressItem } from '../table/progress-item.ts';

/** A process records its progress at most this often (ms): the lag is known to the second without a hot item. */
const INTERVAL_MS = 1_000;

export interface ProgressRecorderOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** ms since the epoch. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/** What a batch that was just folded in says of the way from the ledger, by its oldest update. */
export interface FoldedUpdate {
  /** When it was written to the ledger (ms since the epoch). */
  readonly ledgerTimestamp: number;
  /** When the queue accepted it (ms since the epoch). */
  readonly arrivedAt: number;
}

/** Writes down how far behind the ledger this process works, for readers that say how fresh their answer is. */
export class ProgressRecorder {
  readonly #options: ProgressRecorderOptions;
  readonly #slot: number;
  #recordedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ProgressRecorderOptions) {
    this.#options = options;
    this.#slot = Math.floor(options.random() * PROGRESS_SLOTS);
  }

  async record({ ledgerTimestamp, arrivedAt }: FoldedUpdate): Promise<void> {
    const { client, tableName, now } = this.#options;
    const recordedAt = now();
    if (recordedAt - this.#recordedAt < INTERVAL_MS) return;
    this.#recordedAt = recordedAt;
    const item = toProgressItem(this.#slot, {
      recorded_at: recordedAt,
      ledger_timestamp: ledgerTimestamp,
      // Never negative: the ledger's timestamps are another machine's, and run ahead for a very busy player.
      lag_ms: Math.max(0, recordedAt - ledgerTimestamp),
      arrival_ms: Math.max(0, arrivedAt - ledgerTimestamp),
    });
    await client.send(new PutItemCommand({ TableName: tableName, Item: item }));
  }
}
