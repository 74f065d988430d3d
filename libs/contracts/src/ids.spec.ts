import { expect, test } from '@jest/globals';
import { isGameId, isPlayerId } from './ids.ts';

test('a player id has at most 128 characters of the alphabet, the first a letter or a digit', () => {
  expect(['ada', 'A.b_c:d@e-9', '9', 'a'.repeat(128)].every(isPlayerId)).toBe(true);
  expect(['', '-ada', 'a b', '../x', '<b>', 'ada\n', 'a'.repeat(129)].some(isPlayerId)).toBe(false);
});

test('a game id has the same alphabet and at most 64 characters', () => {
  expect(['chess', 'a'.repeat(64)].every(isGameId)).toBe(true);
  expect(['', '.chess', 'a/b', 'a#b', 'a'.repeat(65)].some(isGameId)).toBe(false);
});
