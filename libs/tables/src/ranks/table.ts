import type { TableDefinition } from '../table-definition.ts';

/**
 * From what ranks are counted: for each board a log of what changed, and the head, which names the sorted runs that the
 * log was merged into. A partition is a board under one definition.
 */
export const RANKS_TABLE = {
  name: 'leaderboard-ranks',
  partitionKey: { name: 'board', type: 'S' },
  sortKey: { name: 'entry', type: 'S' },
  repair: 'Empty the tables standings and leaderboard-ranks, then run `nx run standings:rebuild`.',
} as const satisfies TableDefinition;
