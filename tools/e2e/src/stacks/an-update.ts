import type { LeaderboardUpdate } from '@leaderboard/contracts';

let updates = 0;

/** A valid update of a new player, unless the fields name one. */
export function anUpdate(fields: Partial<LeaderboardUpdate> = {}): LeaderboardUpdate {
  const number = ++updates;
  return {
    player_id: `player-${number}`,
    event_id: `event-${number}`,
    game_id: 'chess',
    score: 100 + number,
    update_type: 'score_update',
    occurred_at: new Date().toISOString(),
    metadata: {},
    ...fields,
  };
}
