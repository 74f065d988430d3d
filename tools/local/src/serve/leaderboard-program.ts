import { loadStackConfig } from '@leaderboard/infra/config';
import { deploy as deployLeaderboard } from '@leaderboard/infra/program';

/** The system as it is deployed, with the configuration of the running stack. */
export function deploy() {
  return deployLeaderboard(loadStackConfig());
}
