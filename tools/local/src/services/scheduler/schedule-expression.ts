import { Cron } from 'croner';

import { LocalStackError } from '../../shared/errors.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** When a schedule is due: given the present (ms since the epoch), the next time, or undefined when there is none. */
export type NextRun = (nowMs: number) => number | undefined;

/**
 * Reads `rate(5 minutes)` or `cron(0 4 * * ? *)` ("Schedule types in EventBridge Scheduler").
 *
 * @param createdAtMs what the periods of a rate are counted from
 * @throws LocalStackError `InvalidResource` naming the expression.
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

/** Scheduler counts Sunday as day 1, also where it is named, and has `?` for a day that the other day field decides. */
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
    `The schedule expression "${expression}" cannot be used; write for example rate(1 minute), rate(5 minutes) or ` +
      'cron(0 4 * * ? *), whose six fields are minute, hour, day of month, month, day of week and year. ' +
      'The local stack does not run one-time schedules, at(…).',
    { cause },
  );
}
