import {
  BatchGetItemCommand,
  TransactWriteItemsCommand,
  type AttributeValue,
  type CancellationReason,
  type DynamoDBClient,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { toAttributeMap } from './attribute-values.ts';
import { classifyItemFault, classifyRequestError, toMarker } from './dynamodb-faults.ts';
import {
  EMPTY_HEAD,
  type CommitOutcome,
  type Head,
  type LedgerEntry,
  type LedgerStore,
  type Marker,
  type PlayerFaults,
  type PlayerWrite,
  type ReadOutcome,
} from './ledger-store.ts';

/** Sort key of a player's head. No event id can take it: ids begin with a letter or a digit. */
export const HEAD_SORT_KEY = '#head';

/** SQS hands out numbers of 20 digits; shorter ones, of other engines, are padded so that all sort as text. */
const SEQUENCE_NUMBER_DIGITS = 20;

export interface DynamoDbLedgerStoreOptions {
  readonly client: DynamoDBClient;
  readonly ledgerTableName: string;
  readonly processedEventsTableName: string;
  readonly markerTtlSeconds: number;
}

type Item = Record<string, AttributeValue>;

/**
 * Ledger and processed events in DynamoDB. A batch of an SQS FIFO mapping (at most 10 records) is at most 30 actions,
 * below the 100 of a transaction.
 */
export class DynamoDbLedgerStore implements LedgerStore {
  readonly #options: DynamoDbLedgerStoreOptions;

  constructor(options: DynamoDbLedgerStoreOptions) {
    this.#options = options;
  }

  async readHeads(playerIds: readonly string[]): Promise<ReadOutcome<ReadonlyMap<string, Head>>> {
    const keys = playerIds.map((playerId) => eventKey(playerId, HEAD_SORT_KEY));
    const outcome = await this.#read(keys);
    if (outcome.kind === 'unavailable') return outcome;
    const { items, unread } = outcome.value;
    const heads = new Map<string, Head>();
    for (const playerId of playerIds) if (!unread.has(playerId)) heads.set(playerId, EMPTY_HEAD);
    for (const item of items) {
      heads.set(item['player_id']?.S ?? '', {
        version: Number(item['version']?.N),
        timestamp: Number(item['timestamp']?.N),
      });
    }
    return { kind: 'read', value: heads };
  }

  async readMarker(playerId: string, eventId: string): Promise<ReadOutcome<Marker | undefined>> {
    const outcome = await this.#read([eventKey(playerId, eventId)]);
    if (outcome.kind === 'unavailable') return outcome;
    const { items, unread } = outcome.value;
    if (unread.size > 0) return { kind: 'unavailable', reason: 'the read was throttled' };
    return { kind: 'read', value: items[0] && toMarker(items[0]) };
  }

  async commit(writes: readonly PlayerWrite[]): Promise<CommitOutcome> {
    const TransactItems = writes.flatMap((write) => this.#playerItems(write));
    try {
      await this.#options.client.send(new TransactWriteItemsCommand({ TransactItems }));
      return { kind: 'committed' };
    } catch (error) {
      const fault = classifyRequestError(error);
      return fault.kind === 'cancelled' ? toCancellation(writes, fault.reasons) : fault;
    }
  }

  async #read(
    keys: readonly Item[],
  ): Promise<ReadOutcome<{ items: readonly Item[]; unread: ReadonlySet<string> }>> {
    const table = this.#options.processedEventsTableName;
    const command = new BatchGetItemCommand({
      RequestItems: { [table]: { Keys: [...keys], ConsistentRead: true } },
    });
    try {
      const { Responses, UnprocessedKeys } = await this.#options.client.send(command);
      const unreadKeys = UnprocessedKeys?.[table]?.Keys ?? [];
      const unread = new Set(unreadKeys.map((key) => key['player_id']?.S ?? ''));
      return { kind: 'read', value: { items: Responses?.[table] ?? [], unread } };
    } catch (error) {
      const fault = classifyRequestError(error);
      const reason = fault.kind === 'cancelled' ? 'the read was cancelled' : fault.reason;
      return { kind: 'unavailable', reason };
    }
  }

  /** Head first, then marker and ledger item of each entry: {@link toCancellation} relies on this order. */
  #playerItems(write: PlayerWrite): TransactWriteItem[] {
    const newest = write.entries.at(-1);
    if (!newest) return [];
    const head = this.#headItem(write, newest);
    return [head, ...write.entries.flatMap((entry) => this.#entryItems(entry))];
  }

  #headItem({ playerId, expectedHead }: PlayerWrite, newest: LedgerEntry): TransactWriteItem {
    const { version, timestamp } = newest;
    return {
      Put: {
        TableName: this.#options.processedEventsTableName,
        Item: { ...eventKey(playerId, HEAD_SORT_KEY), ...toAttributeMap({ version, timestamp }) },
        ...(expectedHead.version === 0
          ? NOT_THERE_YET
          : {
              ConditionExpression: '#version = :expected',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':expected': { N: String(expectedHead.version) } },
            }),
      },
    };
  }

  #entryItems(entry: LedgerEntry): TransactWriteItem[] {
    const { update, version, timestamp, messageId: message_id, processingTimestamp } = entry;
    const { processedEventsTableName, ledgerTableName, markerTtlSeconds } = this.#options;
    const marker = toAttributeMap({
      // Named in a time when the hash was of the whole body; the value says its version.
      body_hash: entry.contentHash,
      occurred_at: update.occurred_at,
      message_id,
      version,
      timestamp,
      expires_at: processingTimestamp + markerTtlSeconds,
    });
    const ledgerItem = toAttributeMap({
      ...update,
      timestamp,
      processing_timestamp: processingTimestamp,
      message_id,
      version,
      sequence_number: entry.sequenceNumber.padStart(SEQUENCE_NUMBER_DIGITS, '0'),
    });
    return [
      {
        Put: {
          TableName: processedEventsTableName,
          Item: { ...eventKey(update.player_id, update.event_id), ...marker },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          ...NOT_THERE_YET,
        },
      },
      { Put: { TableName: ledgerTableName, Item: ledgerItem, ...NOT_THERE_YET } },
    ];
  }
}

/** Both tables have this partition key, and no item is without it. */
const NOT_THERE_YET = { ConditionExpression: 'attribute_not_exists(player_id)' };

function eventKey(playerId: string, sortKey: string): Item {
  return { player_id: { S: playerId }, event_id: { S: sortKey } };
}

function toCancellation(
  writes: readonly PlayerWrite[],
  reasons: readonly CancellationReason[],
): CommitOutcome {
  let next = 0;
  const take = () => reasons[next++] ?? {};
  const players = writes.map((write): PlayerFaults => {
    const head = classifyItemFault('head', take());
    const entries = write.entries.map(() => {
      const marker = classifyItemFault('marker', take());
      return [marker, classifyItemFault('ledger-entry', take())].find((fault) => fault);
    });
    return { ...(head && { head }), entries };
  });
  const isExplained = players.some(({ head, entries }) => head ?? entries.some((fault) => fault));
  if (isExplained) return { kind: 'cancelled', players };
  return {
    kind: 'unavailable',
    reason: 'TransactionCanceledException without a reason',
    outcomeUnknown: false,
  };
}
