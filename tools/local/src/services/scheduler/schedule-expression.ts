import { Cron } from 'croner';

import { LocalStackError } from '../../shared/errors.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** The next time that a schedule is due, in ms since the epoch; undefined if there is none. */
export type NextRun = (nowMs: number) => number | undefined;

/**
 * Reads `rate(5 minutes)` or `cron(0 4 * * ? *)` ("Schedule types in EventBridge Scheduler").
 *
 * @param createdAtMs start of the first period of a rate, in ms since the epoch
 * @throws LocalStackError `InvalidResource` with the expression
 */
export function parseScheduleExpression(
  expression: string,
  timezone: string,
  createdAtMs: number,
): NextRun {
  const [, rate, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (rate !== undefined && Number(rate) > 0) {
    const periodMs = Number(rate) * (UNIT_MS[unit] ?? 0);
    return (nowMs) => nowMs + periodMs - ((nowMs - createdAtMs) % periodMs);
  }
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.split(/\s+/);
  if (fields?.length === 6) {
    try {
      const cron = new Cron(`0 ${cronFields(fields).join(' ')}`, {
        timezone,
        mode: '7-part',
        alternativeWeekdays: true,
        sloppyRanges: true,
      });
      return (nowMs) => cron.nextRun(new Date(nowMs))?.getTime();
    } catch (cause) {
      throw invalid(expression, cause);
    }
  }
  throw invalid(expression);
}

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** For Scheduler, Sunday is day 1, also by name, and `?` means that the other day field decides. */
function cronFields(fields: readonly string[]): string[] {
  return fields.map((field, index) => {
    const named = index === 4 ? field.replace(/[A-Z]{3}/gi, weekdayNumber) : field;
    return named === '?' ? '*' : named;
  });
}

function weekdayNumber(name: string): string {
  const index = WEEKDAYS.indexOf(name.toUpperCase());
  return index < 0 ? name : String(index + 1);
}

function invalid(expression: string, cause?: unknown): LocalStackError {
  return new LocalStackError(
    'InvalidResource',
    `The schedule expression "${expression}" is not valid; use for example rate(1 minute), rate(5 minutes) or ` +
      'cron(0 4 * * ? *), whose six fields are minute, hour, day of month, month, day of week and year. ' +
      'The local stack does not run one-time schedules, at(…).',
    { cause },
  );
}
