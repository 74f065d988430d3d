import { describe, expect, test } from '@jest/globals';
import { atLeast, atMost, formatReport, median } from './report.ts';

const REPORT = {
  title: 'Rates',
  columns: ['what', 'records/s'],
  rows: [
    ['ours', 1234.567],
    ['theirs', 10],
  ],
  goals: [atLeast('rate', 5, 'times', 4.9), atMost('requests', 2, 'a batch', 2)],
};

describe('a report', () => {
  test('is a table and a line for each goal', () => {
    expect(formatReport(REPORT, false).split('\n').slice(2)).toEqual([
      'what    records/s',
      'ours     1,234.57',
      'theirs         10',
      '',
      'MISSED  rate: 4.9, goal at least 5 times',
      'met     requests: 2, goal at most 2 a batch',
      '',
    ]);
  });

  test('with --json is one object with the goals and the table', () => {
    expect(JSON.parse(formatReport(REPORT, true))).toMatchObject({
      goals: [
        { name: 'rate', goal: 'at least 5 times', measured: 4.9, met: false },
        { name: 'requests', goal: 'at most 2 a batch', measured: 2, met: true },
      ],
      table: [
        { what: 'ours', 'records/s': 1234.567 },
        { what: 'theirs', 'records/s': 10 },
      ],
    });
  });
});

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2],
  [[7], 7],
])('the median of %j is %d', (values, middle) => {
  expect(median(values)).toBe(middle);
});
