/** Value of the tag `Purpose`, which tells these resources from others of the account. */
export const PURPOSE = 'Gaming-Leaderboard-System';
