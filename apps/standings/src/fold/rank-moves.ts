import { instantMs, rankKey, rankRulesOf } from '@leaderboard/ranking';
import {
  ranksPartition,
  windowOf,
  type PlacedStanding,
  type PlayerMoves,
  type RankMove,
  type StandingRow,
} from '@leaderboard/tables';
import { boardWindowOf, type RowWrite } from './player-change.ts';

/**
 * What writes of a player's standings change in the ranks, by partition of the table of ranks. The ranks of a board under a
 * definition are those of the standings that were folded under it: a standing that is folded under another one leaves them.
 */
export function movesOf(playerId: string, writes: readonly RowWrite[]): Map<string, PlayerMoves> {
  const moves = new Map<string, RankMove[]>();
  const add = (partition: string, move: RankMove) => {
    const ofBoard = moves.get(partition);
    if (ofBoard === undefined) moves.set(partition, [move]);
    else ofBoard.push(move);
  };
  for (const write of writes) {
    const window = windowOf(boardWindowOf(write));
    const before = write.present && ranked(write.present);
    const after = write.kind === 'put' ? ranked(write.row) : undefined;
    if (before !== undefined && before.partition === after?.partition) {
      add(after.partition, { window, before: before.standing.place, after: after.standing });
      continue;
    }
    if (before) add(before.partition, { window, before: before.standing.place, after: undefined });
    if (after) add(after.partition, { window, before: undefined, after: after.standing });
  }
  return new Map(
    [...moves].map(([partition, ofBoard]) => [partition, { playerId, moves: ofBoard }]),
  );
}

/** Where a standing is ranked; undefined for one of a release that had other ranks. */
function ranked(row: StandingRow): { partition: string; standing: PlacedStanding } | undefined {
  const rules = rankRulesOf(row.definition_hash);
  if (rules === undefined) return undefined;
  return {
    partition: ranksPartition(row.board_id, row.definition_hash),
    standing: {
      // The rank key without the player id.
      place: rankKey(row, rules).slice(0, -(row.player_id.length + 1)),
      updates: row.updates,
      achievedAtMs: rules.tie_break === 'shared' ? instantMs(row.achieved_at) : undefined,
    },
  };
}
