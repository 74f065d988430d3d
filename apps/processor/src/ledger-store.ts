import {
  ConditionalCheckFailedException,
  TransactWriteItemsCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  PutCommand,
  QueryCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import type { QueueRecord } from '@leaderboard/function';
import {
  CorruptItemError,
  EMPTY_HEAD,
  HEAD_SORT_KEY,
  ifAbsent,
  ifHeadIs,
  LEDGER_END_ATTRIBUTES,
  LEDGER_TABLE,
  partitionOf,
  PROCESSED_EVENTS_TABLE,
  processedEventKey,
  queryOf,
  toAttributes,
  toHead,
  toHeadItem,
  toLedgerAttributes,
  toLedgerEnd,
  toMarker,
  toMarkerItem,
  type Attributes,
  type Head,
  type Item,
  type LedgerEntry as StoredEntry,
  type Marker,
  type QueuePosition,
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
  /** When the queue accepted its message (ms since the epoch). */
  readonly sentAtMs: number;
}

/** The head of a player as it was read. */
export interface KnownHead extends Head {
  /** Whether it is in the table. If not, the ledger said where it ends. */
  readonly isStored: boolean;
}

/** What became of raising a head. */
export type RaiseOutcome =
  | { readonly kind: 'raised'; readonly head: KnownHead }
  /** Another writer was first. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'unavailable'; readonly reason: string; readonly outcomeUnknown: boolean };

/** All that one transaction writes for one player. */
export interface PlayerWrite {
  readonly playerId: string;
  /** The head that was read. The write takes place only if the player's ledger still ends there. */
  readonly expectedHead: KnownHead;
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

  /**
   * Heads by player id, strongly consistent. One that DynamoDB did not read, or that is damaged, is `unavailable`. A player
   * without a head is new, or the head is lost: the newest ledger item says which.
   */
  async readHeads(
    playerIds: readonly string[],
  ): Promise<ReadOutcome<ReadonlyMap<string, ReadOutcome<KnownHead>>>> {
    const keys = playerIds.map((playerId) => processedEventKey(playerId, HEAD_SORT_KEY));
    const outcome = await this.#read(keys);
    if (outcome.kind === 'unavailable') return outcome;
    const { items, unread } = outcome.value;
    const heads = new Map<string, ReadOutcome<KnownHead>>(
      items.map((item) => [playerOf(item), readHead(item)]),
    );
    for (const playerId of unread) {
      heads.set(playerId, { kind: 'unavailable', reason: 'the read of the head was throttled' });
    }
    const absent = playerIds.filter((playerId) => !heads.has(playerId));
    const found = await Promise.all(absent.map((playerId) => this.#headOfLedger(playerId)));
    for (const [index, playerId] of absent.entries()) {
      if (found[index]) heads.set(playerId, found[index]);
    }
    return { kind: 'read', value: heads };
  }

  /**
   * Notes in the head that this message is settled without being written, so that no other invocation writes it any more.
   *
   * @param head as it was read; the head is raised only if it still is like this
   */
  async raiseHead(playerId: string, head: KnownHead, record: QueueRecord): Promise<RaiseOutcome> {
    const raised = { ...head, lastSettled: positionOf(record), isStored: true };
    try {
      await this.#options.client.send(
        new PutCommand({
          TableName: this.#options.processedEventsTableName,
          Item: toHeadItem(playerId, raised),
          ...ifUnchanged(head),
        }),
      );
      return { kind: 'raised', head: raised };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { kind: 'moved' };
      const fault = classifyRequestError(error);
      if (fault.kind === 'unavailable') return fault;
      const reason = fault.kind === 'cancelled' ? 'the write was cancelled' : fault.reason;
      return { kind: 'unavailable', reason, outcomeUnknown: false };
    }
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

  async #headOfLedger(playerId: string): Promise<ReadOutcome<KnownHead>> {
    try {
      const { Items = [] } = await this.#options.client.send(
        new QueryCommand({
          TableName: this.#options.ledgerTableName,
          ...queryOf(LEDGER_TABLE, playerId, { attributes: LEDGER_END_ATTRIBUTES }),
          ConsistentRead: true,
          ScanIndexForward: false,
          Limit: 1,
        }),
      );
      const end = Items[0] && toLedgerEnd(Items[0]);
      if (!end) return { kind: 'read', value: { ...EMPTY_HEAD, isStored: false } };
      const { version, timestamp, sequenceNumber, processingTimestamp } = end;
      // The ledger does not keep when the queue accepted the message: before the end of the second in which it was written.
      const lastSettled = { sequenceNumber, sentAtMs: (processingTimestamp + 1) * 1_000 };
      return { kind: 'read', value: { version, timestamp, lastSettled, isStored: false } };
    } catch (error) {
      if (error instanceof CorruptItemError) return { kind: 'unavailable', reason: error.message };
      const fault = classifyRequestError(error);
      const reason = fault.kind === 'cancelled' ? 'the read was cancelled' : fault.reason;
      return { kind: 'unavailable', reason };
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
    const head = { ...newest, lastSettled: positionOf(newest) };
    return [
      put(
        processedEventsTableName,
        toAttributes(toHeadItem(playerId, head)),
        ifUnchanged(expectedHead),
      ),
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

function ifUnchanged(head: KnownHead): WriteCondition {
  return head.isStored ? ifHeadIs(head) : ifAbsent(PROCESSED_EVENTS_TABLE);
}

/** Place of a message in its queue. */
export function positionOf({ sequenceNumber, sentAtMs }: QueuePosition): QueuePosition {
  return { sequenceNumber, sentAtMs };
}

function playerOf(item: Item): string {
  return partitionOf(item, PROCESSED_EVENTS_TABLE);
}

/** A damaged head stops its player only: the updates end in the dead-letter queue with the reason. */
function readHead(item: Item): ReadOutcome<KnownHead> {
  try {
    const { version, timestamp, lastSettled } = toHead(item);
    return { kind: 'read', value: { version, timestamp, lastSettled, isStored: true } };
  } catch (error) {
    if (!(error instanceof CorruptItemError)) throw error;
    return { kind: 'unavailable', reason: error.message };
  }
}
