import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CorruptItemError,
  fromAttributes,
  HEAD_SORT_KEY,
  PROCESSED_EVENTS_TABLE,
  toHead,
  toHeadOfLedger,
  toLedgerEntry,
  type Attributes,
  type Head,
  type LedgerEntry,
} from '@leaderboard/tables';
import { headsAhead, type PlayerHead } from './heads-ahead.ts';
import type { Position, SegmentPosition } from './position-file.ts';
import { rebuildPlayer, type Difference, type RebuildDependencies } from './rebuild-player.ts';
import { tablePages, type TablePage } from './table-pages.ts';

export interface RebuildOptions extends RebuildDependencies {
  readonly dynamoDb: DynamoDBClient;
  readonly ledgerTableName: string;
  /** Where to begin; kept up to date while the run goes on. */
  readonly position: Position;
  /** Ends the run after the players under way. */
  readonly signal: AbortSignal;
  readonly differs: (difference: Difference) => void;
  readonly playerFailed: (playerId: string, error: unknown) => void;
  readonly progressed: () => void;
}

/**
 * Goes through the whole ledger, a player at a time in each segment, and brings heads and markers to what it says. Then goes
 * through the heads, and reports those whose ledger item is not there: also of players that the ledger has lost altogether.
 *
 * @returns false when it was stopped: the position says where to go on
 */
export async function rebuild(options: RebuildOptions): Promise<boolean> {
  const { segments, headSegments } = options.position;
  await inParallel(segments, (segment, index) => rebuildSegment(segment, index, options));
  if (options.signal.aborted) return false;
  await inParallel(headSegments, (segment, index) => compareHeads(segment, index, options));
  return [...segments, ...headSegments].every(({ isDone }) => isDone);
}

async function inParallel(
  segments: readonly SegmentPosition[],
  work: (segment: SegmentPosition, index: number) => Promise<void>,
): Promise<void> {
  const results = await Promise.allSettled(segments.map(work));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

interface Player {
  readonly id: string;
  readonly entries: LedgerEntry[];
  /** What the items so far say; undefined as long as none has a place in the ledger. */
  end: Head | undefined;
  updates: number;
  /** Key of the last item that was read. */
  last: Attributes;
  /** Why an item cannot be understood. */
  damage: unknown;
}

async function rebuildSegment(
  segment: SegmentPosition,
  index: number,
  options: RebuildOptions,
): Promise<void> {
  const { signal, dynamoDb, ledgerTableName, position } = options;
  if (segment.isDone) return;
  let player: Player | undefined;
  const part = { Segment: index, TotalSegments: position.segments.length };
  const input = { TableName: ledgerTableName, ...part };
  for await (const { items } of tablePages(dynamoDb, input, segment.after)) {
    for (const item of items) {
      const id = item['player_id']?.S ?? '';
      const last = keyOf(item);
      if (id !== player?.id) {
        await finish(player, segment, options);
        if (signal.aborted) return;
        player = { id, entries: [], end: undefined, updates: 0, last, damage: undefined };
      }
      player.last = last;
      player.updates += 1;
      add(player, item);
    }
  }
  await finish(player, segment, options);
  segment.isDone = true;
}

function add(player: Player, item: Attributes): void {
  try {
    const entry = toLedgerEntry(item);
    if (entry) player.entries.push(entry);
    // As the processor does when it finds no head: an item that came past it counts, if it has a version.
    player.end = toHeadOfLedger(fromAttributes(item)) ?? player.end;
  } catch (error) {
    player.damage ??= error;
  }
}

async function finish(
  player: Player | undefined,
  segment: SegmentPosition,
  options: RebuildOptions,
): Promise<void> {
  if (!player) return;
  const { counts } = options.position;
  try {
    if (player.damage !== undefined) throw player.damage;
    for (const difference of await rebuildPlayer(player, options)) report(difference, options);
  } catch (error) {
    if (!(error instanceof CorruptItemError)) throw error;
    counts.failedPlayers += 1;
    options.playerFailed(player.id, error);
  }
  counts.players += 1;
  counts.updates += player.updates;
  segment.after = player.last;
  options.progressed();
}

async function compareHeads(
  segment: SegmentPosition,
  index: number,
  options: RebuildOptions,
): Promise<void> {
  const { signal, dynamoDb, processedEventsTableName, position } = options;
  if (segment.isDone) return;
  const input = {
    TableName: processedEventsTableName,
    FilterExpression: '#sk = :head',
    ExpressionAttributeNames: { '#sk': PROCESSED_EVENTS_TABLE.sortKey.name },
    ExpressionAttributeValues: { ':head': { S: HEAD_SORT_KEY } },
    Segment: index,
    TotalSegments: position.headSegments.length,
  };
  for await (const page of tablePages(dynamoDb, input, segment.after)) {
    for (const player_id of await headsAhead(headsOf(page), options)) {
      report({ kind: 'head-ahead', player_id, event_id: HEAD_SORT_KEY }, options);
    }
    if (page.next) segment.after = page.next;
    else segment.isDone = true;
    options.progressed();
    if (signal.aborted) return;
  }
}

/** A damaged head has failed its player already. */
function headsOf({ items }: TablePage): PlayerHead[] {
  return items.flatMap((item) => {
    try {
      return [toHead(fromAttributes(item))];
    } catch (error) {
      if (error instanceof CorruptItemError) return [];
      throw error;
    }
  });
}

function report(difference: Difference, { position, differs }: RebuildOptions): void {
  position.counts.differences[difference.kind] += 1;
  differs(difference);
}

function keyOf({ player_id, timestamp }: Attributes): Attributes {
  return { ...(player_id && { player_id }), ...(timestamp && { timestamp }) };
}
