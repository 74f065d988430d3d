const UTC_DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/;

/**
 * Whether a text is an instant as ISO 8601 in UTC, to the second or to the millisecond, and exists in the calendar.
 *
 * @example isUtcDateTime('2026-11-21T09:30:00.123Z') // true
 * @example isUtcDateTime('2026-02-30T00:00:00Z') // false: no such day
 */
export function isUtcDateTime(text: string): boolean {
  if (!UTC_DATE_TIME.test(text)) return false;
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 19) === text.slice(0, 19);
}
