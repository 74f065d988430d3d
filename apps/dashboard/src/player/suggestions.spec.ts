import { expect, test } from '@jest/globals';
import { similarPlayers } from './suggestions.ts';

const KNOWN = ['grace', 'Ada', 'adam', 'lada', 'ADA-2'];

test('ids that start with the input come first, in any case', () => {
  expect(similarPlayers('ada', KNOWN, 10)).toEqual(['Ada', 'adam', 'ADA-2', 'lada']);
  expect(similarPlayers('ada', KNOWN, 2)).toEqual(['Ada', 'adam']);
  expect(similarPlayers('', KNOWN, 10)).toEqual([]);
});
