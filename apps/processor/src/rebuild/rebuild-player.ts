import { contentHash } from '@leaderboard/contracts';
import type { Runtime } from '@leaderboard/function';
import {
  batchGet,
  HEAD_SORT_KEY,
  headAfter,
  ifAbsent,
  ifHeadIs,
  PROCESSED_EVENTS_TABLE,
  processedEventKey,
  toHead,
  toHeadItem,
  toMarkerItem,
  type Item,
  type LedgerEntry,
  type WriteCondition,
} from '@leaderboard/tables';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** What the processed events lack of a player's ledger. */
export interface Difference {
  readonly kind: 'head-absent' | 'head-behind' | 'head-ahead' | 'marker-absent';
  readonly player_id: string;
  readonly event_id: string;
}

export interface RebuildDependencies extends Runtime {
  readonly client: DynamoDBDocumentClient;
  readonly processedEventsTableName: string;
  /** How long an event id is remembered, in seconds: as the processor does. */
  readonly markerTtlSeconds: number;
  /** Write what is absent or behind; otherwise only find it. */
  readonly isApply: boolean;
}

/** Writes of one player at the same time. */
const MAX_WRITES = 10;

/**
 * Brings the head and the markers of one player to what the ledger says. It only raises a head, and only puts a marker that is
 * absent, each on the condition that it still is so: a processor may write meanwhile. A head that is ahead of the ledger, which was
 * restored to an earlier time, stays: the versions go on above it, so no version is given twice.
 *
 * @param entries the player's ledger in version order, not empty
 * @returns what was absent, behind or ahead
 */
export async function rebuildPlayer(
  entries: readonly LedgerEntry[],
  dependencies: RebuildDependencies,
): Promise<readonly Difference[]> {
  const { client, processedEventsTableName, markerTtlSeconds, isApply, now } = dependencies;
  const newest = entries.at(-1);
  if (!newest) return [];
  const { player_id } = newest.update;
  const remembered = entries.filter(
    ({ processingTimestamp }) => processingTimestamp + markerTtlSeconds > now() / 1_000,
  );
  const keys = [HEAD_SORT_KEY, ...new Set(remembered.map(({ update }) => update.event_id))];
  const present = await batchGet(
    keys.map((sortKey) => processedEventKey(player_id, sortKey)),
    { ...dependencies, tableName: processedEventsTableName, consistentRead: true },
  );
  const found = new Map(present.map((item) => [String(item['event_id']), item]));

  const differences: Difference[] = [];
  const writes: { readonly item: Item; readonly condition: WriteCondition }[] = [];
  const differs = (kind: Difference['kind'], event_id: string) =>
    differences.push({ kind, player_id, event_id });

  const item = found.get(HEAD_SORT_KEY);
  const head = item && toHead(item);
  const end = headAfter(newest);
  if (!head) {
    differs('head-absent', HEAD_SORT_KEY);
    writes.push({ item: toHeadItem(player_id, end), condition: ifAbsent(PROCESSED_EVENTS_TABLE) });
  } else if (head.version < end.version) {
    differs('head-behind', HEAD_SORT_KEY);
    writes.push({ item: toHeadItem(player_id, end), condition: ifHeadIs(head) });
  } else if (head.version > end.version) {
    differs('head-ahead', HEAD_SORT_KEY);
  }
  for (const entry of remembered) {
    const { event_id } = entry.update;
    if (found.has(event_id)) continue;
    differs('marker-absent', event_id);
    const marker = toMarkerItem(entry, contentHash(entry.update), markerTtlSeconds);
    writes.push({ item: marker, condition: ifAbsent(PROCESSED_EVENTS_TABLE) });
  }
  if (!isApply) return differences;
  for (let start = 0; start < writes.length; start += MAX_WRITES) {
    const together = writes.slice(start, start + MAX_WRITES);
    await Promise.all(
      together.map((write) => put(client, processedEventsTableName, write.item, write.condition)),
    );
  }
  return differences;
}

async function put(
  client: DynamoDBDocumentClient,
  TableName: string,
  item: Item,
  condition: WriteCondition,
): Promise<void> {
  try {
    await client.send(new PutCommand({ TableName, Item: item, ...condition }));
  } catch (error) {
    // A processor was first, with what is at least as new.
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
