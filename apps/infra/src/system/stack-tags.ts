/** Value of the tag `Purpose`, which distinguishes these resources from others in the account. */
export const PURPOSE = 'Gaming-Leaderboard-System';
