import { describe, expect, test } from '@jest/globals';
import { exactNumber } from './conversion.ts';
import { CorruptItemError, ItemReader, partitionOf } from './item-reader.ts';
import { LEDGER_TABLE } from './ledger.ts';

const ITEM = {
  player_id: 'ada',
  timestamp: exactNumber('1795255200000'),
  score: exactNumber('12345678901234567890.123456'),
  version: 7,
  entries: [{ rank: 1 }, { rank: 'first' }],
};
const read = new ItemReader(LEDGER_TABLE, ITEM);

test('reads strings, decimals with all their digits, and whole numbers', () => {
  expect(read.string('player_id')).toBe('ada');
  expect(read.decimal('score')).toBe('12345678901234567890.123456');
  expect(read.integer('timestamp')).toBe(1_795_255_200_000);
  expect(read.integer('version')).toBe(7);
  expect(read.oneOf('player_id', ['bob', 'ada'])).toBe('ada');
  expect(read.stringIfAny('game_id')).toBeUndefined();
  expect(read.integerIfAny('rank')).toBeUndefined();
});

test('takes the partition key of an item, or says that it has none', () => {
  expect(partitionOf(ITEM, LEDGER_TABLE)).toBe('ada');
  expect(() => partitionOf({ timestamp: 1 }, LEDGER_TABLE)).toThrow(CorruptItemError);
});

describe('an attribute that is not what it should be', () => {
  test.each<[string, () => unknown, string]>([
    [
      'missing',
      () => read.string('game_id'),
      'has no string in its attribute game_id (it has undefined)',
    ],
    [
      'number for string',
      () => read.string('version'),
      'has no string in its attribute version (it has 7)',
    ],
    [
      'string for number',
      () => read.decimal('player_id'),
      'has no number in its attribute player_id (it has "ada")',
    ],
    [
      'not a whole number',
      () => read.integer('score'),
      'has no whole number in its attribute score (it has 12345678901234567890.123456)',
    ],
    [
      'not one of the values',
      () => read.oneOf('player_id', ['bob']),
      'has no value of bob in its attribute player_id (it has "ada")',
    ],
    [
      'not a list',
      () => read.list('score'),
      'has no list in its attribute score (it has 12345678901234567890.123456)',
    ],
    [
      'of another type where it may be missing',
      () => read.integerIfAny('player_id'),
      'has no number in its attribute player_id (it has "ada")',
    ],
  ])('%s', (_, reading, problem) => {
    expect(reading).toThrow(
      `The item player_id "ada", timestamp 1795255200000 of the table leaderboard-data ${problem}. ` +
        'Restore the item from a point-in-time recovery of the table.',
    );
  });

  test('is an error with a code, the table and the attribute', () => {
    expect(() => read.string('game_id')).toThrow(CorruptItemError);
    expect(() => read.string('game_id')).toThrow(
      expect.objectContaining({
        name: 'CorruptItemError',
        code: 'CorruptItem',
        table: 'leaderboard-data',
        attribute: 'game_id',
      }),
    );
  });

  test('in a list, names the entry', () => {
    const [first, second] = read.list('entries');
    expect(first?.integer('rank')).toBe(1);
    expect(() => second?.integer('rank')).toThrow(
      'timestamp 1795255200000 of the table leaderboard-data, entry 1 of entries, has no number in its attribute rank (it has "first").',
    );
  });
});
