import { describe, expect, test } from '@jest/globals';

import { parseScheduleExpression } from './schedule-expression.ts';

const CREATED = Date.parse('2026-11-21T09:30:10.000Z');

function next(expression: string, now: string, timezone = 'UTC'): string | undefined {
  const due = parseScheduleExpression(expression, timezone, CREATED)(Date.parse(now));
  return due === undefined ? undefined : new Date(due).toISOString();
}

describe('a schedule expression', () => {
  test.each([
    ['rate(1 minute)', '2026-11-21T09:30:10.000Z', '2026-11-21T09:31:10.000Z'],
    ['rate(5 minutes)', '2026-11-21T09:37:00.000Z', '2026-11-21T09:40:10.000Z'],
    ['rate(2 hours)', '2026-11-21T09:30:11.000Z', '2026-11-21T11:30:10.000Z'],
    ['rate(1 day)', '2026-11-23T00:00:00.000Z', '2026-11-23T09:30:10.000Z'],
    ['cron(0/15 * * * ? *)', '2026-11-21T09:31:00.000Z', '2026-11-21T09:45:00.000Z'],
    ['cron(0 4 * * ? *)', '2026-11-21T09:31:00.000Z', '2026-11-22T04:00:00.000Z'],
    ['cron(0 4 ? * 1 *)', '2026-11-21T09:31:00.000Z', '2026-11-22T04:00:00.000Z'],
    ['cron(0 4 ? * MON *)', '2026-11-21T09:31:00.000Z', '2026-11-23T04:00:00.000Z'],
    ['cron(0 4 1 1 ? 2028)', '2026-11-21T09:31:00.000Z', '2028-01-01T04:00:00.000Z'],
  ])('%s after %s is due at %s', (expression, now, due) => {
    expect(next(expression, now)).toBe(due);
  });

  test('is evaluated in its time zone', () => {
    expect(next('cron(0 4 * * ? *)', '2026-11-21T09:31:00.000Z', 'America/Los_Angeles')).toBe(
      '2026-11-21T12:00:00.000Z',
    );
  });

  test('without a next time is not due', () => {
    expect(next('cron(0 4 1 1 ? 2020)', '2026-11-21T09:31:00.000Z')).toBeUndefined();
  });

  test.each([
    'rate(0 minutes)',
    'rate(5 weeks)',
    'cron(0 4 * *)',
    'cron(99 4 * * ? *)',
    'at(2026-11-21T10:00:00)',
  ])('%s is rejected with its text', (expression) => {
    expect(() => parseScheduleExpression(expression, 'UTC', CREATED)).toThrow(
      `The schedule expression "${expression}" is not valid`,
    );
  });
});
