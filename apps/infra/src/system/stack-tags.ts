/** Value of the tag `Purpose`, which distinguishes these resources from others in the account. */
export const PURPOSE = 'Gaming-Leaderboard-System';

/** Tags of the ledger that say which stack and which state it belongs to. */
export const OWNER_TAGS = { stack: 'Stack', state: 'State' } as const;

export function ownerTags(
  stack: string,
  stateLocation: string | undefined,
): Record<string, string> {
  return {
    [OWNER_TAGS.stack]: stack,
    ...(stateLocation !== undefined && { [OWNER_TAGS.state]: stateLocation }),
  };
}
