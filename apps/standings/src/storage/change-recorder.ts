import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { parseBoardWindow } from '@leaderboard/ranking';
import {
  changesBucket,
  ifAbsent,
  STANDINGS_TABLE,
  toBoardItem,
  toChangeItem,
} from '@leaderboard/tables';

export interface ChangeRecorderOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** ms since the epoch. */
  readonly now: () => number;
}

/**
 * Records which boards exist and which board windows change, so that nobody has to search for them. It writes before the
 * standings do: whatever crashes in between, a standing that has changed is recorded as changed. One process writes each
 * board once and each board window once a minute, so no item is hot however many updates come.
 */
export class ChangeRecorder {
  readonly #options: ChangeRecorderOptions;
  readonly #boards = new Map<string, Promise<void>>();
  #changes = new Map<string, Promise<void>>();
  #bucket = 0;

  constructor(options: ChangeRecorderOptions) {
    this.#options = options;
  }

  /** Resolves once all of these board windows are recorded as changed. @throws whatever the table throws */
  async record(boardWindows: readonly string[]): Promise<void> {
    const bucket = changesBucket(this.#options.now());
    if (bucket !== this.#bucket) {
      this.#bucket = bucket;
      this.#changes = new Map();
    }
    const boardIds = new Set(
      boardWindows.flatMap((boardWindow) => parseBoardWindow(boardWindow)?.board_id ?? []),
    );
    await Promise.all([
      ...boardWindows.map((boardWindow) =>
        once(this.#changes, boardWindow, () => this.#putChange(bucket, boardWindow)),
      ),
      ...[...boardIds].map((boardId) => once(this.#boards, boardId, () => this.#putBoard(boardId))),
    ]);
  }

  async #putChange(bucket: number, boardWindow: string): Promise<void> {
    const { client, tableName } = this.#options;
    await client.send(
      new PutCommand({ TableName: tableName, Item: toChangeItem(bucket, boardWindow) }),
    );
  }

  /** Only where it is not there yet: the snapshotter stores the number of players in it. */
  async #putBoard(boardId: string): Promise<void> {
    const { client, tableName } = this.#options;
    try {
      await client.send(
        new PutCommand({
          TableName: tableName,
          Item: toBoardItem(boardId),
          ...ifAbsent(STANDINGS_TABLE),
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}

/** Callers at the same time share one write; a write that failed is tried again by the next caller. */
function once(
  done: Map<string, Promise<void>>,
  key: string,
  write: () => Promise<void>,
): Promise<void> {
  const known = done.get(key);
  if (known) return known;
  const writing = write().catch((error: unknown) => {
    done.delete(key);
    throw error;
  });
  done.set(key, writing);
  return writing;
}
