/** What the table says about one player on one window of a board, in the moment of the read. */
export interface Standing {
  readonly playerId: string;
  /** Canonical decimal text. */
  readonly score: string;
  /** As the update had it: ISO 8601 in UTC, with or without ms. */
  readonly achievedAt: string;
  readonly updates: number;
  readonly rankKey: string;
  /** Hash of the definition under which it was folded. */
  readonly definitionHash: string;
}

/** The table of standings, written by the projector. */
export interface StandingsTable {
  /**
   * The standings of these players on a window of a board, in no particular order; players without one are left out.
   *
   * @param consistency `strong`: not older than any write that has ended; it costs twice as much as `eventual`.
   */
  standings(
    playerIds: readonly string[],
    boardWindow: string,
    consistency: 'strong' | 'eventual',
  ): Promise<Standing[]>;
}
