import { describe, expect, test } from '@jest/globals';

import { compileEventPattern } from './event-pattern.ts';

const RECORD = {
  eventName: 'INSERT',
  dynamodb: { Keys: { player_id: { S: 'ada' } }, tags: ['a', 'b'] },
};

describe('an event pattern', () => {
  test.each([
    ['{"eventName":["INSERT"]}', true],
    ['{"eventName":["MODIFY","INSERT"]}', true],
    ['{"eventName":["MODIFY","REMOVE"]}', false],
    ['{"eventName":[{"prefix":"INS"}]}', true],
    ['{"eventName":[{"prefix":"MOD"}]}', false],
    ['{"eventName":[{"anything-but":["REMOVE"]}]}', true],
    ['{"eventName":[{"anything-but":"INSERT"}]}', false],
    ['{"dynamodb":{"Keys":{"player_id":{"S":["ada"]}}}}', true],
    ['{"dynamodb":{"Keys":{"player_id":{"S":["bob"]}}}}', false],
    ['{"dynamodb":{"OldImage":[{"exists":false}]}}', true],
    ['{"dynamodb":{"Keys":{"player_id":{"S":[{"exists":false}]}}}}', false],
    ['{"dynamodb":{"tags":["b"]}}', true],
    ['{"eventName":["INSERT"],"eventSource":["aws:dynamodb"]}', false],
  ])('%s: %s', (pattern, matches) => {
    expect(compileEventPattern(pattern)(RECORD)).toBe(matches);
  });

  test.each([
    ['not JSON', 'is not an event pattern'],
    ['{"eventName":"INSERT"}', 'is not an event pattern'],
    ['[]', 'is not an event pattern'],
    ['{"score":[{"numeric":[">",1]}]}', 'compares by "numeric"'],
  ])('%s is rejected', (pattern, message) => {
    expect(() => compileEventPattern(pattern)).toThrow(message);
  });
});
