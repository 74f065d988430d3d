import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isScoreDecimal, isUtcDateTime } from './formats.ts';
import { jsonBytes } from './storable-json.ts';

describe('score-decimal', () => {
  test('accepts every decimal of 15 digits with at most 6 after the point, and JSON keeps it', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n }),
        fc.integer({ min: 0, max: 6 }),
        (digits, fraction) => {
          const text = decimalText(digits, fraction);
          const score = JSON.parse(text) as number;
          expect(isScoreDecimal(score)).toBe(true);
          expect(Number(score.toFixed(fraction))).toBe(score);
        },
      ),
    );
  });

  test.each([Number.NaN, Infinity, -Infinity, 1e15, -1e15, 1e21, 0.0000001, 1.0000001, 0.1 + 0.2])(
    'rejects %d',
    (score) => {
      expect(isScoreDecimal(score)).toBe(false);
    },
  );

  test.each([0, -0, 999999999999999, 0.000001, 99999999.999999, 1e14])('accepts %d', (score) => {
    expect(isScoreDecimal(score)).toBe(true);
  });
});

describe('utc-date-time', () => {
  test('accepts every instant to the millisecond that JavaScript prints', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(isUtcDateTime(date.toISOString())).toBe(true);
        },
      ),
    );
  });

  test.each([
    '2026-11-21',
    '2026-11-21T09:30Z',
    '2026-11-21t09:30:00z',
    '2026-13-01T00:00:00Z',
    '2026-11-21T09:30:60Z',
    '2026-11-21T09:30:00.1234Z',
    '',
  ])('rejects %j', (text) => {
    expect(isUtcDateTime(text)).toBe(false);
  });
});

test('jsonBytes counts UTF-8, not characters', () => {
  expect(jsonBytes({ a: 'ö' })).toBe(10);
});

test('jsonBytes is infinite for too many levels', () => {
  const nested: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  expect(jsonBytes(nested)).toBe(Infinity);
});

function decimalText(digits: bigint, fraction: number): string {
  const sign = digits < 0n ? '-' : '';
  const text = (digits < 0n ? -digits : digits).toString().padStart(fraction + 1, '0');
  return fraction === 0
    ? `${sign}${text}`
    : `${sign}${text.slice(0, -fraction)}.${text.slice(-fraction)}`;
}
