import { ScanCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { toLedgerEntry, type Attributes, type LedgerEntry } from '@leaderboard/tables';
import type { Position, SegmentPosition } from './position-file.ts';
import { rebuildPlayer, type Difference, type RebuildDependencies } from './rebuild-player.ts';

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
 * Goes through the whole ledger, a player at a time in each segment, and brings heads and markers to what it says.
 *
 * @returns false when it was stopped: the position says where to go on
 */
export async function rebuild(options: RebuildOptions): Promise<boolean> {
  const { segments } = options.position;
  const results = await Promise.allSettled(
    segments.map((segment, index) => rebuildSegment(segment, index, options)),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return segments.every(({ isDone }) => isDone);
}

async function rebuildSegment(
  segment: SegmentPosition,
  index: number,
  options: RebuildOptions,
): Promise<void> {
  const { signal } = options;
  if (segment.isDone) return;
  let player: Player | undefined;
  for await (const page of scan(segment, index, options)) {
    for (const item of page) {
      const id = item['player_id']?.S ?? '';
      if (id !== player?.id) {
        await finish(player, segment, options);
        if (signal.aborted) return;
        player = { id, entries: [], updates: 0, last: keyOf(item), damage: undefined };
      }
      player.last = keyOf(item);
      player.updates += 1;
      try {
        const entry = toLedgerEntry(item);
        if (entry) player.entries.push(entry);
      } catch (error) {
        player.damage ??= error;
      }
    }
  }
  await finish(player, segment, options);
  segment.isDone = true;
}

interface Player {
  readonly id: string;
  readonly entries: LedgerEntry[];
  updates: number;
  /** Key of the last item that was read. */
  last: Attributes;
  /** Why an item cannot be understood. */
  damage: unknown;
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
    const differences = await rebuildPlayer(player.entries, options);
    for (const difference of differences) {
      counts.differences[difference.kind] += 1;
      options.differs(difference);
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'CorruptItem')) throw error;
    counts.failedPlayers += 1;
    options.playerFailed(player.id, error);
  }
  counts.players += 1;
  counts.updates += player.updates;
  segment.after = player.last;
  options.progressed();
}

/** Strongly consistent, page by page; all items of a player are in one segment, in version order. */
async function* scan(
  segment: SegmentPosition,
  index: number,
  { dynamoDb, ledgerTableName, position }: RebuildOptions,
): AsyncGenerator<readonly Attributes[]> {
  let start = segment.after;
  do {
    const page = await dynamoDb.send(
      new ScanCommand({
        TableName: ledgerTableName,
        ConsistentRead: true,
        Segment: index,
        TotalSegments: position.segments.length,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    yield page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

function keyOf({ player_id, timestamp }: Attributes): Attributes {
  return { ...(player_id && { player_id }), ...(timestamp && { timestamp }) };
}
