const MONTH = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });
const DAY = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' });

/** A readable name of a window's period. Windows are in UTC. */
export function periodName(period: string): string {
  const week = /^(\d{4})-W(\d{2})$/.exec(period);
  if (week) return `Week ${String(Number(week[2]))} of ${String(week[1])}`;
  if (/^\d{4}-\d{2}$/.test(period)) return MONTH.format(new Date(`${period}-01T00:00:00Z`));
  if (/^\d{4}-\d{2}-\d{2}$/.test(period)) return DAY.format(new Date(`${period}T00:00:00Z`));
  return '';
}

/**
 * When the window that contains an instant ends, in epoch milliseconds; undefined for one that never ends.
 *
 * @param at epoch milliseconds
 */
export function windowEnd(window: string, at: number): number | undefined {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (window === 'daily') return Date.UTC(year, month, day + 1);
  if (window === 'monthly') return Date.UTC(year, month + 1, 1);
  if (window === 'weekly') return Date.UTC(year, month, day + 7 - ((date.getUTCDay() + 6) % 7));
  return undefined;
}
