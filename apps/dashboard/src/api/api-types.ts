/** The answers of the read API, field for field. Instants are ISO 8601 in UTC with milliseconds. */

/** A score in its exact decimal digits: scores may have more digits than a JavaScript number keeps. */
export type DecimalText = string;

/** What every live read says about itself. */
export interface Freshness {
  as_of: string;
  /** How far the standings were behind the ledger, in milliseconds. */
  lag_ms: number;
  /** Whether ranks equal those of the whole ledger, up to that lag. */
  exact: boolean;
}

export interface Entry {
  rank: number;
  player_id: string;
  score: DecimalText;
  updates: number;
  achieved_at: string;
}

export interface Board {
  id: string;
  operator: string;
  order: string;
  tie_break: string;
  windows: string[];
  players: number;
}

export interface BoardsAnswer extends Freshness {
  boards: Board[];
}

export interface LeaderboardAnswer extends Freshness {
  board: string;
  window: string;
  period: string;
  entries: Entry[];
  next_cursor: string | null;
  total: number;
}

export interface PlayerAnswer extends Entry, Freshness {
  board: string;
  window: string;
  period: string;
  /** Share of the players not ranked above this one, 0–100; the first has 100. */
  percentile: number;
  total: number;
}

export interface AroundAnswer extends Freshness {
  board: string;
  window: string;
  period: string;
  player_id: string;
  entries: Entry[];
  total: number;
}

export interface HistoryEntry {
  timestamp: string;
  occurred_at: string;
  game_id: string;
  score: DecimalText;
  update_type: string;
  event_id: string;
  version: number;
}

export interface HistoryAnswer {
  player_id: string;
  entries: HistoryEntry[];
  next_cursor: string | null;
  as_of: string;
}
