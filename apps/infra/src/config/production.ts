/**
 * Whether the name of a stack or an environment suffix means production: `prod`, `production`, `prod-eu`, `studio/leaderboard/prod`.
 * The only rule for it: signed webhooks, a shared state and two confirmations before a destroy depend on it.
 */
export function isProduction(name: string): boolean {
  return /^prod/i.test(name.split('/').at(-1) ?? name);
}
