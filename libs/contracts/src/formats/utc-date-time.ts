const UTC_DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/;

/**
 * The instant of an ISO 8601 date and time in UTC, in ms since 1970; `undefined` for a string that is not one, has more than
 * 3 digits of a second, or names a day that the calendar does not have.
 *
 * @example utcDateTimeMs('2026-11-21T09:30:00.123Z') // 1795253400123
 * @example utcDateTimeMs('2026-02-30T00:00:00Z') // undefined: no such day
 */
export function utcDateTimeMs(text: string): number | undefined {
  const ms = UTC_DATE_TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) return undefined;
  return new Date(ms).toISOString().slice(0, 19) === text.slice(0, 19) ? ms : undefined;
}

/** The format `utc-date-time` of the schemas. */
export function isUtcDateTime(text: string): boolean {
  return utcDateTimeMs(text) !== undefined;
}
