import {
  ConditionalCheckFailedException,
  PutItemCommand,
  QueryCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { tableIdentity } from '@leaderboard/function';
import { BOARDS_PARTITION } from '../table/announcements.ts';
import { number, text } from '../table/attributes.ts';
import {
  COMPLETENESS_SORT_KEY,
  toCompleteness,
  toCompletenessItem,
  type Completeness,
  type TableIds,
} from '../table/completeness-item.ts';
import { PROGRESS_PARTITION } from '../table/progress-item.ts';

/**
 * How long an invocation of a projector with former definitions may still write after one with new definitions has
 * begun, in ms: twice the longest timeout that a projector may have.
 */
const SETTLE_MS = 120_000;
/** Times that another writer may be faster. */
const MAX_ATTEMPTS = 10;
/** `rebuildRun` of a rebuild whose standings were changed behind it: no rebuild has this id. */
const OUTDATED_RUN = 'outdated';

/** The ids of the tables. Needs `dynamodb:DescribeTable` on both. */
export async function readTableIds(
  client: DynamoDBClient,
  names: { readonly ledger: string; readonly standings: string },
  signal?: AbortSignal,
): Promise<TableIds> {
  const [ledger, standings] = await Promise.all([
    tableIdentity(client, names.ledger, signal),
    tableIdentity(client, names.standings, signal),
  ]);
  return { ledger, standings };
}

export interface CompletenessRecordOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** ms since the epoch. */
  readonly now: () => number;
}

type MaybePromise<T> = T | Promise<T>;

/** Other writers kept changing the record. */
export class ContendedRecordError extends Error {
  override readonly name = 'ContendedRecordError';
  readonly code = 'CONTENDED_RECORD';
}

/** The record of {@link Completeness} in the table of standings. */
export class CompletenessRecord {
  readonly #options: CompletenessRecordOptions;

  constructor(options: CompletenessRecordOptions) {
    this.#options = options;
  }

  /** Strongly consistent. */
  async read(signal?: AbortSignal): Promise<Completeness | undefined> {
    const { Items: [item] = [] } = await this.#options.client.send(
      new QueryCommand({
        TableName: this.#options.tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'player_id = :partition AND board_window = :record',
        ExpressionAttributeValues: {
          ':partition': text(PROGRESS_PARTITION),
          ':record': text(COMPLETENESS_SORT_KEY),
        },
      }),
      { ...(signal && { abortSignal: signal }) },
    );
    return item && toCompleteness(item);
  }

  /**
   * Says under which definitions a projector folds, before it writes anything under them. From then on no board counts as
   * complete that has another definition here: the players that play are folded anew, and the others are not.
   *
   * @throws {ContendedRecordError} and whatever the table throws; nothing may be projected then
   */
  async claim(hashes: readonly string[]): Promise<void> {
    await this.#update(async (present) => {
      if (present === undefined) {
        const settledAt = this.#options.now() + ((await this.#isProjectedInto()) ? SETTLE_MS : 0);
        return { ...this.#empty(hashes), settledAt };
      }
      if (present.projected.join() === hashes.join()) return undefined;
      return {
        ...present,
        projected: hashes,
        complete: common(present.complete, hashes),
        settledAt: this.#options.now() + SETTLE_MS,
        rebuildRun: present.rebuildRun === '' ? '' : OUTDATED_RUN,
      };
    });
  }

  /**
   * Marks the standings as being rebuilt: no board is complete meanwhile.
   *
   * @returns the record as it is now
   */
  async beginRebuild(run: string, hashes: readonly string[]): Promise<Completeness> {
    return this.#update((present) => ({
      ...(present ?? this.#empty(hashes)),
      complete: [],
      rebuildRun: run,
    }));
  }

  /**
   * Says that a rebuild has brought the whole ledger into the standings.
   *
   * @returns false when another rebuild has begun since, or projectors have come with other definitions: what either of
   * them wrote may be overwritten by now, so nothing is complete
   */
  async endRebuild(run: string, hashes: readonly string[], tableIds: TableIds): Promise<boolean> {
    let isMine = false;
    await this.#update((present) => {
      isMine = present?.rebuildRun === run;
      if (present === undefined) return undefined;
      if (!isMine) return { ...present, complete: [] };
      return { ...present, complete: common(hashes, present.projected), tableIds, rebuildRun: '' };
    });
    return isMine;
  }

  /**
   * Says that all boards of a record are complete, if it still is what was read.
   *
   * @returns false when it is not
   */
  async complete(read: Completeness, tableIds: TableIds): Promise<boolean> {
    return this.#replace(read, { ...read, complete: read.projected, tableIds });
  }

  async #update(
    change: (present: Completeness | undefined) => MaybePromise<Completeness | undefined>,
  ): Promise<Completeness> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const present = await this.read();
      const next = await change(present);
      if (next === undefined) return present ?? this.#empty([]);
      if (await this.#replace(present, next)) return next;
    }
    throw new ContendedRecordError(
      `Other writers were faster ${MAX_ATTEMPTS} times on the record of what is complete in ${this.#options.tableName}. Try again.`,
    );
  }

  async #replace(read: Completeness | undefined, next: Completeness): Promise<boolean> {
    const { client, tableName } = this.#options;
    const isUnchanged =
      read === undefined
        ? { ConditionExpression: 'attribute_not_exists(player_id)' }
        : {
            ConditionExpression: 'revision = :read',
            ExpressionAttributeValues: { ':read': number(read.revision) },
          };
    try {
      const Item = toCompletenessItem({ ...next, revision: (read?.revision ?? 0) + 1 });
      await client.send(new PutItemCommand({ TableName: tableName, Item, ...isUnchanged }));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /**
   * Whether standings were ever written to the table. Without a record, a version that kept none wrote them, and its
   * projectors may still run. A board is announced before its first standing.
   */
  async #isProjectedInto(): Promise<boolean> {
    const { Items = [] } = await this.#options.client.send(
      new QueryCommand({
        TableName: this.#options.tableName,
        ConsistentRead: true,
        Limit: 1,
        KeyConditionExpression: 'player_id = :partition',
        ExpressionAttributeValues: { ':partition': text(BOARDS_PARTITION) },
      }),
    );
    return Items.length > 0;
  }

  #empty(hashes: readonly string[]): Completeness {
    return {
      projected: hashes,
      complete: [],
      tableIds: { ledger: '', standings: '' },
      settledAt: this.#options.now(),
      rebuildRun: '',
      revision: 0,
    };
  }
}

function common(hashes: readonly string[], others: readonly string[]): string[] {
  return hashes.filter((hash) => others.includes(hash));
}
