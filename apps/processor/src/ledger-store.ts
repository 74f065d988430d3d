import {
  ConditionalCheckFailedException,
  TransactWriteItemsCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  paginateQuery,
  PutCommand,
  TransactGetCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import {
  CorruptItemError,
  EMPTY_HEAD,
  endOfLedger,
  HEAD_SORT_KEY,
  ifAbsent,
  ifHeadIs,
  ifMarkerIs,
  LEDGER_TABLE,
  ledgerKey,
  PROCESSED_EVENTS_TABLE,
  processedEventKey,
  toAttributes,
  toHead,
  toHeadItem,
  toHeadOfLedger,
  toLedgerAttributes,
  toMarker,
  toMarkerItem,
  type Attributes,
  type Item,
  type Marker,
  type QueuePosition,
  type WriteCondition,
} from '@leaderboard/tables';
import type {
  KnownHead,
  LedgerEntry,
  LedgerFacts,
  LedgerQuestion,
  PlayerRequest,
  PlayerState,
  PlayerWrite,
} from './player-state.ts';
import {
  classifyCancellation,
  classifyRequestError,
  type CommitOutcome,
  type ReadOutcome,
} from './store-faults.ts';

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
   * The heads of players and some of their markers in one request, strongly consistent. DynamoDB may read one item of a
   * player earlier than another.
   */
  async readPlayers(requests: readonly PlayerRequest[]): Promise<ReadOutcome<PlayerState>[]> {
    const keys = requests.flatMap(({ playerId, eventIds }) =>
      [HEAD_SORT_KEY, ...eventIds].map((sortKey) => processedEventKey(playerId, sortKey)),
    );
    const outcome = await this.#read(keys);
    if (outcome.kind !== 'read') return requests.map(() => outcome);
    const { items, unread } = outcome.value;
    return requests.map(({ playerId, eventIds }) => {
      const find = (among: readonly Item[], sortKey: string) =>
        among.find((each) => each['player_id'] === playerId && each['event_id'] === sortKey);
      if (find(unread, HEAD_SORT_KEY)) return THROTTLED;
      const markers = eventIds.flatMap((eventId) => {
        const item = find(items, eventId);
        const marker = item && toMarker(item);
        return marker ? [[eventId, marker] as const] : [];
      });
      const head = find(items, HEAD_SORT_KEY);
      return understood(() => ({
        head: head && { ...toHead(head), isStored: true },
        markers: new Map(markers),
      }));
    });
  }

  /** The marker of one event, strongly consistent. */
  async readMarker(playerId: string, eventId: string): Promise<ReadOutcome<Marker | undefined>> {
    const outcome = await this.#read([processedEventKey(playerId, eventId)]);
    if (outcome.kind !== 'read') return outcome;
    const { items, unread } = outcome.value;
    if (unread.length > 0) return THROTTLED;
    return { kind: 'read', value: items[0] && toMarker(items[0]) };
  }

  /** What the ledger says where the processed events do not: a head may be lost, and a ledger may be restored. */
  async lookUp(
    playerId: string,
    { isHeadAbsent, markers }: LedgerQuestion,
  ): Promise<ReadOutcome<LedgerFacts>> {
    return this.#attempt(async () => {
      const [head, present] = await Promise.all([
        isHeadAbsent ? this.#endOfLedger(playerId) : undefined,
        this.#inLedger(playerId, [...markers]),
      ]);
      return { head, present };
    });
  }

  /**
   * Notes in the head that everything up to a message is settled, so that nobody writes it any more. The value is false if the
   * head was not the expected one.
   */
  async raiseHead(
    playerId: string,
    expected: KnownHead,
    lastSettled: QueuePosition,
  ): Promise<ReadOutcome<boolean>> {
    const command = new PutCommand({
      TableName: this.#options.processedEventsTableName,
      Item: toHeadItem(playerId, { ...expected, lastSettled }),
      ...conditionOf(expected),
    });
    return this.#attempt(async () => {
      try {
        await this.#options.client.send(command);
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    });
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

  async #endOfLedger(playerId: string): Promise<KnownHead> {
    const { client, ledgerTableName } = this.#options;
    const input = { TableName: ledgerTableName, ConsistentRead: true, ...endOfLedger(playerId) };
    for await (const { Items = [] } of paginateQuery({ client, pageSize: 1 }, input)) {
      const newest = Items[0] && toHeadOfLedger(Items[0]);
      if (newest) return { ...newest, isStored: false };
    }
    return { ...EMPTY_HEAD, isStored: false };
  }

  /**
   * The events whose ledger items are there. A transactional read waits for a transaction that has shown the marker and not
   * yet the ledger item. A marker of an early release does not name its ledger item and is believed.
   */
  async #inLedger(
    playerId: string,
    markers: readonly (readonly [string, Marker])[],
  ): Promise<ReadonlySet<string>> {
    const TableName = this.#options.ledgerTableName;
    const present = new Set(markers.map(([eventId]) => eventId));
    const named = markers.flatMap(([eventId, { timestamp }]) =>
      timestamp === undefined ? [] : [{ eventId, Key: ledgerKey(playerId, timestamp) }],
    );
    if (named.length === 0) return present;
    const command = new TransactGetCommand({
      TransactItems: named.map(({ Key }) => ({ Get: { TableName, Key } })),
    });
    const { Responses = [] } = await this.#options.client.send(command);
    for (const [index, { eventId }] of named.entries()) {
      if (Responses[index]?.Item?.['event_id'] !== eventId) present.delete(eventId);
    }
    return present;
  }

  async #read(
    keys: readonly Item[],
  ): Promise<ReadOutcome<{ items: readonly Item[]; unread: readonly Item[] }>> {
    const table = this.#options.processedEventsTableName;
    const command = new BatchGetCommand({
      RequestItems: { [table]: { Keys: [...keys], ConsistentRead: true } },
    });
    return this.#attempt(async () => {
      const { Responses, UnprocessedKeys } = await this.#options.client.send(command);
      return { items: Responses?.[table] ?? [], unread: UnprocessedKeys?.[table]?.Keys ?? [] };
    });
  }

  async #attempt<T>(request: () => Promise<T>): Promise<ReadOutcome<T>> {
    try {
      return { kind: 'read', value: await request() };
    } catch (error) {
      if (error instanceof CorruptItemError) return { kind: 'damaged', reason: error.message };
      const fault = classifyRequestError(error);
      const reason = fault.kind === 'cancelled' ? 'the request was cancelled' : fault.reason;
      return { kind: 'unavailable', reason };
    }
  }

  /** Head first, then marker and ledger item of each entry: `classifyCancellation` relies on this order. */
  #playerItems({ playerId, expectedHead, entries }: PlayerWrite): TransactWriteItem[] {
    const { ledgerTableName, processedEventsTableName, markerTtlSeconds } = this.#options;
    const newest = entries.at(-1);
    if (!newest) return [];
    const { version, timestamp } = newest;
    const head = toAttributes(toHeadItem(playerId, { version, timestamp, lastSettled: newest }));
    return [
      put(processedEventsTableName, head, conditionOf(expectedHead)),
      ...entries.flatMap((entry) => {
        const marker = toAttributes(toMarkerItem(entry, entry.contentHash, markerTtlSeconds));
        return [
          put(processedEventsTableName, marker, ifMarkerIsFree(entry), 'ALL_OLD'),
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

const THROTTLED = { kind: 'unavailable', reason: 'the read was throttled' } as const;

function conditionOf(head: KnownHead): WriteCondition {
  return head.isStored ? ifHeadIs(head) : ifAbsent(PROCESSED_EVENTS_TABLE);
}

function ifMarkerIsFree({ staleMarker }: LedgerEntry): WriteCondition {
  return staleMarker ? ifMarkerIs(staleMarker) : ifAbsent(PROCESSED_EVENTS_TABLE);
}

/** A damaged item stops its player only: the updates end in the dead-letter queue with the reason. */
function understood<T>(read: () => T): ReadOutcome<T> {
  try {
    return { kind: 'read', value: read() };
  } catch (error) {
    if (!(error instanceof CorruptItemError)) throw error;
    return { kind: 'damaged', reason: error.message };
  }
}
