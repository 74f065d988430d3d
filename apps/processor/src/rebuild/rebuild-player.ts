import { contentHash } from '@leaderboard/contracts';
import type { Runtime } from '@leaderboard/function';
import {
  batchGet,
  HEAD_SORT_KEY,
  ifAbsent,
  ifHeadIs,
  ifMarkerIs,
  PROCESSED_EVENTS_TABLE,
  processedEventKey,
  toHead,
  toHeadItem,
  toMarker,
  toMarkerItem,
  type Head,
  type Item,
  type LedgerEntry,
  type WriteCondition,
} from '@leaderboard/tables';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** What the processed events lack of a player's ledger. */
export interface Difference {
  readonly kind: 'head-absent' | 'head-behind' | 'head-ahead' | 'marker-absent' | 'marker-behind';
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

/** What the ledger says of a player. */
export interface PlayerLedger {
  readonly id: string;
  /** What the processor wrote, in version order. */
  readonly entries: readonly LedgerEntry[];
  /** Where it ends; undefined if no item has a place in it. */
  readonly end: Head | undefined;
}

/**
 * Brings the head and the markers of one player to what the ledger says. It only raises a head, puts a marker that is absent, and
 * replaces a marker of an earlier acceptance of the same event, each on the condition that it still is so: a processor may write
 * meanwhile. A head that is ahead of the ledger, which was restored to an earlier time, stays: the versions go on above it, so no
 * version is given twice.
 *
 * @returns what was absent or behind
 * @throws {CorruptItemError} for a damaged head or marker
 */
export async function rebuildPlayer(
  { id: player_id, entries, end }: PlayerLedger,
  dependencies: RebuildDependencies,
): Promise<readonly Difference[]> {
  const { client, processedEventsTableName, markerTtlSeconds, isApply, now } = dependencies;
  // The last one counts: an event may be accepted again once its marker has expired.
  const remembered = new Map(
    entries
      .filter(({ processingTimestamp }) => processingTimestamp + markerTtlSeconds > now() / 1_000)
      .map((entry) => [entry.update.event_id, entry]),
  );
  const present = await batchGet(
    [HEAD_SORT_KEY, ...remembered.keys()].map((sortKey) => processedEventKey(player_id, sortKey)),
    { ...dependencies, tableName: processedEventsTableName, consistentRead: true },
  );
  const found = new Map(present.map((item) => [String(item['event_id']), item]));

  const differences: Difference[] = [];
  const writes: { readonly item: Item; readonly condition: WriteCondition }[] = [];
  const differs = (kind: Difference['kind'], event_id: string) =>
    differences.push({ kind, player_id, event_id });

  const headItem = found.get(HEAD_SORT_KEY);
  const head = headItem && toHead(headItem);
  if (end && head === undefined) {
    differs('head-absent', HEAD_SORT_KEY);
    writes.push({ item: toHeadItem(player_id, end), condition: ifAbsent(PROCESSED_EVENTS_TABLE) });
  } else if (end && head && head.version < end.version) {
    differs('head-behind', HEAD_SORT_KEY);
    writes.push({ item: toHeadItem(player_id, end), condition: ifHeadIs(head) });
  }
  for (const [event_id, entry] of remembered) {
    const markerItem = found.get(event_id);
    const marker = markerItem && toMarker(markerItem);
    // A marker of an early release does not name its ledger item, and stays.
    const isBehind = marker?.timestamp !== undefined && marker.timestamp < entry.timestamp;
    if (markerItem && !isBehind) continue;
    differs(isBehind ? 'marker-behind' : 'marker-absent', event_id);
    writes.push({
      item: toMarkerItem(entry, contentHash(entry.update), markerTtlSeconds),
      condition: isBehind ? ifMarkerIs(marker) : ifAbsent(PROCESSED_EVENTS_TABLE),
    });
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
