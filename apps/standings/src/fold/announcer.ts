import {
  ConditionalCheckFailedException,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { parseBoardWindow } from '@leaderboard/ranking';
import { newsBucket, toBoardItem, toNewsItem } from '../table/announcements.ts';

export interface AnnouncerOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** ms since the epoch. */
  readonly now: () => number;
}

/**
 * Says which boards exist and which board windows have news, so that nobody has to look for them. It writes before the
 * standings do, so a standing that has changed has been announced, whatever crashes in between. One process writes an
 * announcement once (a board: once; news: once a minute), so no item is hot however many updates come.
 */
export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #boards = new Map<string, Promise<void>>();
  #news = new Map<string, Promise<void>>();
  #bucket = 0;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  async announce(boardWindows: readonly string[]): Promise<void> {
    const bucket = newsBucket(this.#options.now());
    if (bucket !== this.#bucket) {
      this.#bucket = bucket;
      this.#news = new Map();
    }
    const boardIds = new Set(
      boardWindows.flatMap((boardWindow) => parseBoardWindow(boardWindow)?.board_id ?? []),
    );
    await Promise.all([
      ...boardWindows.map((boardWindow) =>
        once(this.#news, boardWindow, () => this.#putNews(bucket, boardWindow)),
      ),
      ...[...boardIds].map((boardId) => once(this.#boards, boardId, () => this.#putBoard(boardId))),
    ]);
  }

  async #putNews(bucket: number, boardWindow: string): Promise<void> {
    const { client, tableName } = this.#options;
    await client.send(
      new PutItemCommand({ TableName: tableName, Item: toNewsItem(bucket, boardWindow) }),
    );
  }

  /** Only where it is not there yet: the snapshotter keeps the number of players in it. */
  async #putBoard(boardId: string): Promise<void> {
    const { client, tableName } = this.#options;
    try {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: toBoardItem(boardId),
          ConditionExpression: 'attribute_not_exists(player_id)',
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
