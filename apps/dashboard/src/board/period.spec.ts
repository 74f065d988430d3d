import { expect, test } from '@jest/globals';
import { periodName, windowEnd } from './period.ts';

test.each([
  ['2026-W53', 'Week 53 of 2026'],
  ['2027-W01', 'Week 1 of 2027'],
  ['2026-11', 'November 2026'],
  ['2026-11-21', 'November 21, 2026'],
  ['all_time', ''],
])('the period %s is called "%s"', (period, name) => {
  expect(periodName(period)).toBe(name);
});

test.each([
  ['daily', '2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00.000Z'],
  ['monthly', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ['weekly', '2027-01-03T23:59:59.999Z', '2027-01-04T00:00:00.000Z'],
  ['weekly', '2027-01-04T00:00:00.000Z', '2027-01-11T00:00:00.000Z'],
])('the %s window that contains %s ends at %s', (window, at, end) => {
  expect(windowEnd(window, Date.parse(at))).toBe(Date.parse(end));
});

test('all time has no end', () => {
  expect(windowEnd('all_time', 0)).toBeUndefined();
});
