import {
  boardDefinitionHash,
  type BoardDefinition,
  type BoardDefinitions,
} from '@leaderboard/ranking';

/** How a board differs between two sets. */
export interface BoardChange {
  /** Id of the definition: `GLOBAL`, `game:{game_id}`. */
  readonly id: string;
  readonly kind: 'added' | 'changed' | 'removed';
  /** For `changed`: what was and what will be, by key. */
  readonly fields: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;
}

/** What is different in the second set: removed boards first, then the others in the order of that set. */
export function boardChanges(
  served: BoardDefinitions,
  wanted: BoardDefinitions,
): readonly BoardChange[] {
  const before = new Map(served.boards.map((board) => [board.id, board]));
  const after = new Set(wanted.boards.map(({ id }) => id));
  const removed = served.boards
    .filter(({ id }) => !after.has(id))
    .map(({ id }): BoardChange => ({ id, kind: 'removed', fields: {} }));
  const others = wanted.boards.flatMap((board): BoardChange[] => {
    const old = before.get(board.id);
    if (old === undefined) return [{ id: board.id, kind: 'added', fields: {} }];
    if (boardDefinitionHash(old) === boardDefinitionHash(board)) return [];
    return [{ id: board.id, kind: 'changed', fields: differences(old, board) }];
  });
  return [...removed, ...others];
}

/** The boards of the second set that no board of the first set is folded for. */
export function boardsToBuild(
  served: BoardDefinitions,
  wanted: BoardDefinitions,
): readonly BoardDefinition[] {
  const folded = new Set(served.boards.map(boardDefinitionHash));
  return wanted.boards.filter((board) => !folded.has(boardDefinitionHash(board)));
}

/** Whether two sets serve the same. */
export function isSameSet(a: BoardDefinitions, b: BoardDefinitions): boolean {
  return a.default_board === b.default_board && orderedHashes(a) === orderedHashes(b);
}

function orderedHashes({ boards }: BoardDefinitions): string {
  return boards.map(boardDefinitionHash).join();
}

function differences(before: BoardDefinition, after: BoardDefinition): BoardChange['fields'] {
  const old: Readonly<Record<string, unknown>> = { ...before };
  const next: Readonly<Record<string, unknown>> = { ...after };
  const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])].toSorted();
  return Object.fromEntries(
    keys
      .filter((key) => JSON.stringify(old[key]) !== JSON.stringify(next[key]))
      .map((key) => [key, { before: old[key], after: next[key] }]),
  );
}
