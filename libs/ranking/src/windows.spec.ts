import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Window } from './board-definition.ts';
import { gameId } from './testing/arbitraries.ts';
import { boardWindowKey, parseBoardWindow, windowPeriod, windowsOf } from './windows.ts';

const DAY_MS = 86_400_000;

/**
 * A calendar that counts days from Monday 1900-01-01 with the leap-year rule only: no Date, no week formula. A week belongs to
 * the year with at least four of its days, and is numbered within that year.
 */
function* countedCalendar(lastYear: number) {
  const pad = (value: number) => String(value).padStart(2, '0');
  const days: { daily: string; monthly: string; year: number }[] = [];
  for (let year = 1900; year <= lastYear; year++) {
    const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for (const [month, length] of lengths.entries()) {
      for (let day = 1; day <= length; day++) {
        const monthly = `${year}-${pad(month + 1)}`;
        days.push({ daily: `${monthly}-${pad(day)}`, monthly, year });
      }
    }
  }
  let weekYear = 0;
  let week = 0;
  for (let monday = 0; monday + 7 <= days.length; monday += 7) {
    const members = days.slice(monday, monday + 7);
    const years = members.map(({ year }) => year);
    const owner = years.find((year) => years.filter((other) => other === year).length >= 4) ?? 0;
    week = owner === weekYear ? week + 1 : 1;
    weekYear = owner;
    for (const { daily, monthly } of members)
      yield { daily, monthly, weekly: `${owner}-W${pad(week)}` };
  }
}

const calendar = [...countedCalendar(2400)];
const firstDayMs = Date.UTC(1900, 0, 1);

test('every day of five centuries is in the day, week and month of a counted calendar', () => {
  for (const [index, { daily, weekly, monthly }] of calendar.entries()) {
    const ms = firstDayMs + index * DAY_MS;
    if (
      windowPeriod('daily', ms) !== daily ||
      windowPeriod('weekly', ms) !== weekly ||
      windowPeriod('monthly', ms) !== monthly
    ) {
      throw new Error(`${daily} is put into ${windowPeriod('weekly', ms)}, not ${weekly}`);
    }
  }
  expect(calendar.filter(({ weekly }) => weekly.endsWith('W53')).length).toBeGreaterThan(80 * 7);
});

test('every ms of a day, the first and the last included, is in its windows', () => {
  const instant = fc.tuple(
    fc.nat(calendar.length - 1),
    fc.oneof(fc.constantFrom(0, DAY_MS - 1), fc.nat(DAY_MS - 1)),
  );
  fc.assert(
    fc.property(instant, ([index, msOfDay]) => {
      const ms = firstDayMs + index * DAY_MS + msOfDay;
      expect({
        daily: windowPeriod('daily', ms),
        weekly: windowPeriod('weekly', ms),
        monthly: windowPeriod('monthly', ms),
      }).toEqual(calendar[index]);
    }),
  );
});

test.each([
  ['2026-12-27T23:59:59.999Z', '2026-W52'],
  ['2026-12-28T00:00:00Z', '2026-W53'],
  ['2027-01-03T23:59:59.999Z', '2026-W53'],
  ['2027-01-04T00:00:00.000Z', '2027-W01'],
  ['2024-12-30T00:00:00Z', '2025-W01'],
  ['2022-01-01T12:00:00Z', '2021-W52'],
  ['2026-11-21T09:30:00Z', '2026-W47'],
])('%s is in week %s', (occurredAt, week) => {
  expect(windowsOf(board('GLOBAL', ['weekly']), occurredAt)).toEqual([`GLOBAL#weekly#${week}`]);
});

test('an update has a key per window of the board, in the order of the definition', () => {
  const chess = board('game:chess', ['all_time', 'daily', 'weekly', 'monthly']);
  expect(windowsOf(chess, '2026-11-21T23:59:59.999Z')).toEqual([
    'game:chess#all_time',
    'game:chess#daily#2026-11-21',
    'game:chess#weekly#2026-W47',
    'game:chess#monthly#2026-11',
  ]);
  expect(windowsOf(board('GLOBAL', ['all_time']), '2026-11-21T09:30:00Z')).toEqual([
    'GLOBAL#all_time',
  ]);
});

test('an occurred_at that is not in UTC is rejected', () => {
  expect(() => windowsOf(board('GLOBAL', ['daily']), '2026-11-21T23:30:00')).toThrow(
    expect.objectContaining({ code: 'InvalidInstant' }),
  );
});

test('every key parses to its parts, for every game id', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Window>('all_time', 'daily', 'weekly', 'monthly'),
      fc.nat(calendar.length - 1),
      gameId,
      (window, index, game) => {
        const period = windowPeriod(window, firstDayMs + index * DAY_MS);
        const parts = {
          board_id: `game:${game}`,
          window,
          ...(period === undefined ? {} : { period }),
        };
        expect(parseBoardWindow(boardWindowKey(parts))).toEqual(parts);
      },
    ),
  );
});

test.each([
  'GLOBAL',
  '#all_time',
  'GLOBAL#yearly#2026',
  'GLOBAL#all_time#2026',
  'GLOBAL#daily',
  'GLOBAL#daily#2026-02-29',
  'GLOBAL#daily#2026-2-1',
  'GLOBAL#daily#2026-11-21#0',
  'GLOBAL#weekly#2027-W53',
  'GLOBAL#weekly#2026-W00',
  'GLOBAL#weekly#2026-W54',
  'GLOBAL#weekly#2026-47',
  'GLOBAL#monthly#2026-13',
  'GLOBAL#monthly#2026-11-21',
])('%s is not a key of a window', (key) => {
  expect(parseBoardWindow(key)).toBeUndefined();
});

test('the week 2026-W53 exists', () => {
  expect(parseBoardWindow('GLOBAL#weekly#2026-W53')).toEqual({
    board_id: 'GLOBAL',
    window: 'weekly',
    period: '2026-W53',
  });
});

function board(id: string, windows: Window[]) {
  return {
    id,
    definition: {
      id,
      scope: 'all_games',
      operator: 'sum',
      order: 'desc',
      tie_break: 'earliest',
      shards: 1,
      windows,
    } as const,
  };
}
