import type { BoardRanks, RunEntry } from '@leaderboard/ranks';
import { boardDefinitionHash, parseRankKey, rankStart, type Board } from '@leaderboard/ranking';
import { ranksPartition, windowOf, type SnapshotEntry } from '@leaderboard/tables';

/** The first places of a board window, and how many players it has in all: both of one moment. */
export interface BoardTop {
  readonly entries: readonly SnapshotEntry[];
  readonly total: number;
}

/** Reads the first places of a board window. What it reads does not grow with the board. */
export function readTop(
  ranks: BoardRanks,
  board: Board,
  boardWindow: string,
  limit: number,
): Promise<BoardTop> {
  const partition = ranksPartition(board.id, boardDefinitionHash(board.definition));
  return ranks.read(partition, windowOf(boardWindow), async (cut) => ({
    entries: toEntries(await cut.entries('forward', limit), board),
    total: cut.total,
  }));
}

function toEntries(entries: readonly RunEntry[], { definition }: Board): SnapshotEntry[] {
  let start = '';
  let rank = 0;
  return entries.flatMap(({ key, updates = 0, achievedAtMs }, index) => {
    const place = parseRankKey(key, definition);
    if (place === undefined) return [];
    if (rankStart(key, definition.tie_break) !== start) {
      start = rankStart(key, definition.tie_break);
      rank = index + 1;
    }
    const { player_id, score } = place;
    const achieved_at = new Date(place.achieved_at_ms ?? achievedAtMs ?? 0).toISOString();
    return { rank, player_id, score, updates, achieved_at };
  });
}
