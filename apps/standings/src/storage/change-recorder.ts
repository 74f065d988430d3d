import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { parseBoardWindow } from '@leaderboard/ranking';
import {
  changesBucket,
  ifAbsent,
  STANDINGS_TABLE,
  toBoardItem,
  toChangesItem,
} from '@leaderboard/tables';

export interface ChangeRecorderOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** ms since the epoch. */
  readonly now: () => number;
  /** An id that no other note has: letters and digits. */
  readonly uniqueId: () => string;
}

/**
 * Records which boards exist and which board windows change, so that nobody has to search for them. It writes before the
 * standings do: whatever crashes in between, a standing that has changed is recorded as changed. One process writes each
 * board once, and for each batch at most one item with the board windows that it has not recorded in this minute.
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
    const changes = new Set(boardWindows);
    const unknown = [...changes].filter((boardWindow) => !this.#changes.has(boardWindow));
    const recording = this.#putChanges(bucket, unknown);
    for (const boardWindow of unknown) remember(this.#changes, boardWindow, recording);
    await Promise.all([
      ...[...changes].map((boardWindow) => this.#changes.get(boardWindow)),
      ...[...boardIds].map((boardId) => {
        const known = this.#boards.get(boardId);
        return known ?? remember(this.#boards, boardId, this.#putBoard(boardId));
      }),
    ]);
  }

  async #putChanges(bucket: number, boardWindows: readonly string[]): Promise<void> {
    if (boardWindows.length === 0) return;
    const { client, tableName, uniqueId } = this.#options;
    await client.send(
      new PutCommand({
        TableName: tableName,
        Item: toChangesItem(bucket, uniqueId(), boardWindows),
      }),
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
function remember(
  done: Map<string, Promise<void>>,
  key: string,
  write: Promise<void>,
): Promise<void> {
  const writing = write.catch((error: unknown) => {
    done.delete(key);
    throw error;
  });
  // Whoever awaits it gets the error too; here it must not count as unhandled.
  writing.catch(() => undefined);
  done.set(key, writing);
  return writing;
}
