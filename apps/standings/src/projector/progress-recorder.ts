import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { PROGRESS_SLOTS, toProgressItem } from '@leaderboard/tables';

/** A process records its progress at most this often (ms): the lag is known to three seconds without a hot item. */
const INTERVAL_MS = 3_000;

export interface ProgressRecorderOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** ms since the epoch. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/** The oldest update of a batch that was just folded in: it shows how long the path from the ledger takes. */
export interface FoldedUpdate {
  /** When it was written to the ledger (ms since the epoch). */
  readonly ledgerTimestamp: number;
  /** When the queue accepted it (ms since the epoch). */
  readonly arrivedAt: number;
}

/** Records how far behind the ledger this process works, for readers that report how fresh their response is. */
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
      recordedAt,
      ledgerTimestamp,
      // Never negative: another machine set the ledger's timestamps, and they run ahead for a very busy player.
      lagMs: Math.max(0, recordedAt - ledgerTimestamp),
      arrivalMs: Math.max(0, arrivedAt - ledgerTimestamp),
    });
    await client.send(new PutCommand({ TableName: tableName, Item: item }));
  }
}
