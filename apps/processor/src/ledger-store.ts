import { TransactWriteItemsCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  CorruptItemError,
  EMPTY_HEAD,
  HEAD_SORT_KEY,
  ifAbsent,
  ifHeadIs,
  LEDGER_TABLE,
  partitionOf,
  PROCESSED_EVENTS_TABLE,
  processedEventKey,
  toAttributes,
  toHead,
  toHeadItem,
  toLedgerAttributes,
  toMarker,
  toMarkerItem,
  type Attributes,
  type Head,
  type Item,
  type LedgerEntry as StoredEntry,
  type Marker,
  type WriteCondition,
} from '@leaderboard/tables';
import {
  classifyCancellation,
  classifyRequestError,
  type CommitOutcome,
  type ReadOutcome,
} from './store-faults.ts';

/** One update with its place in the ledger, and the hash by which a repeat of it is recognized. */
export interface LedgerEntry extends StoredEntry {
  readonly contentHash: string;
}

/** All that one transaction writes for one player. */
export interface PlayerWrite {
  readonly playerId: string;
  /** The head that was read. The write takes place only if the player's ledger still ends there. */
  readonly expectedHead: Head;
  /** Not empty, at most one per event id, in version order. */
  readonly entries: readonly LedgerEntry[];
}

export interface LedgerStoreOptions {
  /** A `documentClient` with one attempt per request: the caller knows the time left and what a lost response means. */
  readonly client: DynamoDBDocumentClient;
  readonly ledgerTableName: string;
  readonly processedEventsTableName: string;
  /** How long an event id is remembered, in seconds. */
  readonly markerTtlSeconds: number;
}

/**
 * The ledger and the memory of processed events in DynamoDB. Faults are values: only a programming error rejects.
 *
 * A batch of an SQS FIFO mapping (at most 10 records) is at most 30 actions, below the 100 of a transaction.
 */
export class LedgerStore {
  readonly #options: LedgerStoreOptions;

  constructor(options: LedgerStoreOptions) {
    this.#options = options;
  }

  /** Heads by player id, strongly consistent. One that DynamoDB did not read, or that is damaged, is `unavailable`. */
  async readHeads(
    playerIds: readonly string[],
  ): Promise<ReadOutcome<ReadonlyMap<string, ReadOutcome<Head>>>> {
    const keys = playerIds.map((playerId) => processedEventKey(playerId, HEAD_SORT_KEY));
    const outcome = await this.#read(keys);
    if (outcome.kind === 'unavailable') return outcome;
    const { items, unread } = outcome.value;
    const heads = new Map<string, ReadOutcome<Head>>(
      playerIds.map((playerId) => [playerId, { kind: 'read', value: EMPTY_HEAD }]),
    );
    for (const item of items) heads.set(playerOf(item), readHead(item));
    for (const playerId of unread) {
      heads.set(playerId, { kind: 'unavailable', reason: 'the read of the head was throttled' });
    }
    return { kind: 'read', value: heads };
  }

  /** The marker of one event, strongly consistent. */
  async readMarker(playerId: string, eventId: string): Promise<ReadOutcome<Marker | undefined>> {
    const outcome = await this.#read([processedEventKey(playerId, eventId)]);
    if (outcome.kind === 'unavailable') return outcome;
    const { items, unread } = outcome.value;
    if (unread.length > 0) return { kind: 'unavailable', reason: 'the read was throttled' };
    return { kind: 'read', value: items[0] && toMarker(items[0]) };
  }

  /** Writes everything or nothing. */
  async commit(writes: readonly PlayerWrite[]): Promise<CommitOutcome> {
    const TransactItems = writes.flatMap((write) => this.#playerItems(write));
    try {
      await this.#options.client.send(new TransactWriteItemsCommand({ TransactItems }));
      return { kind: 'committed' };
    } catch (error) {
      const fault = classifyRequestError(error);
      if (fault.kind !== 'cancelled') return fault;
      return classifyCancellation(
        writes.map(({ entries }) => entries.length),
        fault.reasons,
      );
    }
  }

  async #read(
    keys: readonly Item[],
  ): Promise<ReadOutcome<{ items: readonly Item[]; unread: readonly string[] }>> {
    const table = this.#options.processedEventsTableName;
    const command = new BatchGetCommand({
      RequestItems: { [table]: { Keys: [...keys], ConsistentRead: true } },
    });
    try {
      const { Responses, UnprocessedKeys } = await this.#options.client.send(command);
      const unread = UnprocessedKeys?.[table]?.Keys?.map(playerOf) ?? [];
      return { kind: 'read', value: { items: Responses?.[table] ?? [], unread } };
    } catch (error) {
      const fault = classifyRequestError(error);
      const reason = fault.kind === 'cancelled' ? 'the read was cancelled' : fault.reason;
      return { kind: 'unavailable', reason };
    }
  }

  /** Head first, then marker and ledger item of each entry: `classifyCancellation` relies on this order. */
  #playerItems({ playerId, expectedHead, entries }: PlayerWrite): TransactWriteItem[] {
    const { ledgerTableName, processedEventsTableName, markerTtlSeconds } = this.#options;
    const newest = entries.at(-1);
    if (!newest) return [];
    const head = toAttributes(toHeadItem(playerId, newest));
    return [
      put(processedEventsTableName, head, ifHeadIs(expectedHead)),
      ...entries.flatMap((entry) => {
        const marker = toAttributes(toMarkerItem(entry, entry.contentHash, markerTtlSeconds));
        return [
          put(processedEventsTableName, marker, ifAbsent(PROCESSED_EVENTS_TABLE), 'ALL_OLD'),
          put(ledgerTableName, toLedgerAttributes(entry), ifAbsent(LEDGER_TABLE)),
        ];
      }),
    ];
  }
}

/** The plain client's form: the document client cannot carry the metadata of a ledger item. */
function put(
  TableName: string,
  Item: Attributes,
  { ExpressionAttributeValues: values, ...condition }: WriteCondition,
  present?: 'ALL_OLD',
): TransactWriteItem {
  return {
    Put: {
      TableName,
      Item,
      ...condition,
      ...(values && { ExpressionAttributeValues: toAttributes(values) }),
      ...(present && { ReturnValuesOnConditionCheckFailure: present }),
    },
  };
}

function playerOf(item: Item): string {
  return partitionOf(item, PROCESSED_EVENTS_TABLE);
}

/** A damaged head stops its player only: the updates end in the dead-letter queue with the reason. */
function readHead(item: Item): ReadOutcome<Head> {
  try {
    const { version, timestamp } = toHead(item);
    return { kind: 'read', value: { version, timestamp } };
  } catch (error) {
    if (!(error instanceof CorruptItemError)) throw error;
    return { kind: 'unavailable', reason: error.message };
  }
}
