import { GetCommand, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  closedWindowKey,
  ranksHeadKey,
  kindOfRanksItem,
  NO_HEAD,
  queryOf,
  RANKS_TABLE,
  toClosedWindow,
  toEpoch,
  toRanksHead,
  toLogEntry,
  type ClosedWindow,
  type RanksHead,
  type Item,
  type LogItem,
} from '@leaderboard/tables';

/** Reads of a board's partition before it counts as unreadable: each failed one means that a flip passed through it. */
const MAX_ATTEMPTS = 8;

export interface RanksTableOptions {
  /** A `documentClient`. */
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Receives the read capacity units of each request. */
  readonly onConsumed?: ((units: number) => void) | undefined;
}

/** All that is known of a board's ranks at one moment. */
export interface Cut {
  readonly partition: string;
  readonly head: RanksHead;
  /** The log items that are not in the head's runs. */
  readonly log: readonly LogItem[];
}

/** What the partition of a board holds. */
export interface BoardItems {
  readonly head: RanksHead;
  /** Newest first; with those that the head has absorbed and that are not deleted yet. */
  readonly log: readonly LogItem[];
  /** Number of the newest flip. */
  readonly epoch: number;
}

/** Flips passed through every attempt to read a board. */
export class UnsettledCutError extends Error {
  override readonly name = 'UnsettledCutError';
  readonly code = 'UnsettledCut';

  constructor(partition: string) {
    super(
      `The ranks of board ${partition} were merged ${MAX_ATTEMPTS} times while they were read. Try again.`,
    );
  }
}

/** Reads the table of ranks. Every read is strongly consistent. */
export class RanksTable {
  readonly #options: RanksTableOptions;

  constructor(options: RanksTableOptions) {
    this.#options = options;
  }

  /**
   * RanksHead and log of a board, as of one moment. The query is descending: it reads the head first, then the log from new to old,
   * and last the epoch, the number of the newest flip. So
   *
   * - a player's newest log item is read before the older ones: what is read of a player is a prefix of its history;
   * - a flip that began to delete log items before they were read shows in the epoch, and the cut is read again.
   *
   * @throws {UnsettledCutError}
   */
  async cut(partition: string): Promise<Cut> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const { head, log, epoch } = await this.board(partition);
      if (epoch > head.number) continue;
      const absorbed = new Set(head.absorbed);
      return { partition, head, log: log.filter(({ id }) => !absorbed.has(id)) };
    }
    throw new UnsettledCutError(partition);
  }

  /** The head alone; {@link NO_HEAD} if there is none. */
  async head(partition: string): Promise<RanksHead> {
    const item = await this.#get(ranksHeadKey(partition));
    return item === undefined ? NO_HEAD : toRanksHead(item);
  }

  /** Head, the whole log and the epoch, read in this order and not as of one moment. */
  async board(partition: string): Promise<BoardItems> {
    let head = NO_HEAD;
    let epoch = 0;
    const log: LogItem[] = [];
    for (const item of await this.#items(partition)) {
      const kind = kindOfRanksItem(item);
      if (kind === 'head') head = toRanksHead(item);
      else if (kind === 'epoch') epoch = toEpoch(item);
      else log.push(toLogEntry(item));
    }
    return { head, log, epoch };
  }

  async closedWindow(partition: string, window: string): Promise<ClosedWindow | undefined> {
    const item = await this.#get(closedWindowKey(partition, window));
    return item && toClosedWindow(item);
  }

  async #items(partition: string): Promise<Item[]> {
    const { client, tableName, onConsumed } = this.#options;
    const items: Item[] = [];
    let start: Item | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: tableName,
          ConsistentRead: true,
          ScanIndexForward: false,
          ReturnConsumedCapacity: 'TOTAL',
          ...queryOf(RANKS_TABLE, partition),
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      items.push(...(page.Items ?? []));
      onConsumed?.(page.ConsumedCapacity?.CapacityUnits ?? 0);
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  }

  async #get(key: Item): Promise<Item | undefined> {
    const { client, tableName, onConsumed } = this.#options;
    const { Item: item, ConsumedCapacity } = await client.send(
      new GetCommand({
        TableName: tableName,
        Key: key,
        ConsistentRead: true,
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    onConsumed?.(ConsumedCapacity?.CapacityUnits ?? 0);
    return item;
  }
}
