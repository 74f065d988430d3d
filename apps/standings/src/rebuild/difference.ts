import { PLAYER_SORT_KEY } from '@leaderboard/tables';
import { differingAttributes, type PlayerChange, type RowWrite } from '../fold/player-change.ts';

/** One item of the standings table that differs from the fold of the ledger. */
export interface Difference {
  readonly player_id: string;
  readonly board_window: string;
  /** `missing`: not in the table; `extra`: not in the fold of the ledger; `different`: not the same attributes. */
  readonly kind: 'missing' | 'extra' | 'different';
  /** For `different`: the values in the table and in the fold of the ledger, by attribute. */
  readonly fields: Readonly<Record<string, { readonly table: unknown; readonly ledger: unknown }>>;
}

/** A change as differences; empty when table and ledger agree. */
export function differencesOf({
  playerId,
  rows,
  state,
  applied: next,
}: PlayerChange): Difference[] {
  const present = state.applied;
  const differences = rows.map((write) => rowDifference(playerId, write));
  if (
    next?.version === present?.version &&
    next?.definition_hashes === present?.definition_hashes
  ) {
    return differences;
  }
  const kind = present ? (next ? 'different' : 'extra') : 'missing';
  const fields = {
    version: { table: present?.version, ledger: next?.version },
    definition_hashes: { table: present?.definition_hashes, ledger: next?.definition_hashes },
  };
  return [...differences, { player_id: playerId, board_window: PLAYER_SORT_KEY, kind, fields }];
}

function rowDifference(player_id: string, write: RowWrite): Difference {
  if (write.kind === 'delete') {
    return { player_id, board_window: write.present.board_window, kind: 'extra', fields: {} };
  }
  const { row, present } = write;
  const { board_window } = row;
  if (present === undefined) return { player_id, board_window, kind: 'missing', fields: {} };
  const fields = Object.fromEntries(
    differingAttributes(present, row).map((field) => [
      field,
      { table: present[field], ledger: row[field] },
    ]),
  );
  return { player_id, board_window, kind: 'different', fields };
}

/** One line for the terminal: `ada GLOBAL#all_time: score is 7 in the table, 8 in the fold of the ledger`. */
export function describeDifference({ player_id, board_window, kind, fields }: Difference): string {
  const item = `${player_id} ${board_window}`;
  if (kind === 'missing') return `${item}: is missing in the table`;
  if (kind === 'extra') return `${item}: is in the table, but not in the fold of the ledger`;
  const parts = Object.entries(fields)
    .filter(([, { table, ledger }]) => table !== ledger)
    .map(
      ([name, { table, ledger }]) =>
        `${name} is ${String(table)} in the table, ${String(ledger)} in the fold of the ledger`,
    );
  return `${item}: ${parts.join('; ')}`;
}
