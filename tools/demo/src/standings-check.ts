import {
  boardsFor,
  fold,
  windowsOf,
  type BoardDefinition,
  type Standing,
} from '@leaderboard/ranking';
import type { LedgerUpdate, StandingRow } from '@leaderboard/tables';

/** What the check needs of an item of the standings table. */
export type StandingItem = Omit<StandingRow, 'board_id' | 'definition_hash'>;

/** How the standings table compares with the fold of the ledger. */
export interface StandingsCheck {
  /** Standings that follow from the ledger. */
  expected: number;
  /** Standings that are missing, that nothing in the ledger explains, or that differ from the fold of the ledger. */
  wrong: number;
}

/** Folds the whole ledger again and compares every standing with the result. */
export function checkStandings(
  ledger: readonly LedgerUpdate[],
  standings: readonly StandingItem[],
  boards: readonly BoardDefinition[],
): StandingsCheck {
  const expected = foldLedger(ledger, boards);
  const explained = standings.filter((entry) => {
    const standing = expected.get(keyOf(entry.player_id, entry.board_window));
    return standing !== undefined && isSame(entry, standing);
  }).length;
  return { expected: expected.size, wrong: Math.max(expected.size, standings.length) - explained };
}

function foldLedger(
  ledger: readonly LedgerUpdate[],
  boards: readonly BoardDefinition[],
): Map<string, Standing> {
  const standings = new Map<string, Standing>();
  for (const update of ledger.toSorted((one, other) => one.version - other.version)) {
    for (const board of boardsFor(update, boards)) {
      for (const boardWindow of windowsOf(board, update.occurred_at)) {
        const key = keyOf(update.player_id, boardWindow);
        standings.set(key, fold(standings.get(key), update, board.definition));
      }
    }
  }
  return standings;
}

function isSame(entry: StandingItem, standing: Standing): boolean {
  return (
    entry.score === standing.score &&
    entry.updates === standing.updates &&
    entry.achieved_at === standing.achieved_at &&
    entry.version === standing.version
  );
}

function keyOf(playerId: string, boardWindow: string): string {
  return `${playerId} ${boardWindow}`;
}
