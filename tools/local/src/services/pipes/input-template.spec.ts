import { describe, expect, test } from '@jest/globals';

import { compileInputTemplate } from './input-template.ts';

const EVENT = {
  eventID: 'a"b\\c',
  dynamodb: {
    SizeBytes: 412,
    Keys: { player_id: { S: 'ada' } },
    NewImage: { score: { N: '12.5' }, metadata: { M: { nick: { S: 'a\uFFFFb' } } } },
  },
};

function filled(template: string): unknown {
  return JSON.parse(compileInputTemplate(template)(EVENT));
}

describe('an input template', () => {
  test('takes whole objects as they are, and nothing that it does not name', () => {
    expect(
      filled('{"Keys": <$.dynamodb.Keys>, "NewImage": {"score": <$.dynamodb.NewImage.score>}}'),
    ).toEqual({ Keys: { player_id: { S: 'ada' } }, NewImage: { score: { N: '12.5' } } });
  });

  test.each([
    ['a text in quotes', '{"v":"<$.eventID>"}', 'a"b\\c'],
    ['a text without quotes', '{"v":<$.eventID>}', 'a"b\\c'],
    ['a number in quotes', '{"v":"<$.dynamodb.SizeBytes>"}', '412'],
    ['a number without quotes', '{"v":<$.dynamodb.SizeBytes>}', 412],
    ['a value within a text', '{"v":"\\"<$.dynamodb.SizeBytes>\\" bytes"}', '"412" bytes'],
    ['a path that is not there', '{"v":<$.dynamodb.OldImage.score>}', ''],
    ['a path that is not there, in quotes', '{"v":"<$.nothing>"}', ''],
    ['no path at all', '{"v":"a < b"}', 'a < b'],
  ])('fills in %s', (_, template, value) => {
    expect(filled(template)).toEqual({ v: value });
  });

  test('has no place for an object within a text', () => {
    const fill = compileInputTemplate('{"v":"<$.dynamodb.Keys>"}');
    expect(() => fill(EVENT)).toThrow('take <$.dynamodb.Keys> out of the quotes');
  });

  test.each([
    ['free text', 'Hello, <$.eventID>', 'must be JSON'],
    ['JSON that is not whole', '{"v": <$.eventID>', 'must be JSON'],
    ['a variable of the pipe', '{"v":"<aws.pipes.pipe-name>"}', '<aws.pipes.pipe-name>'],
    ['an array index', '{"v":<$.Records[0]>}', '"$.Records[0]" in a pipe is not supported'],
    ['a wildcard', '{"v":<$.*>}', '"$.*" in a pipe is not supported'],
    ['more than EventBridge takes', `{"v":"${'x'.repeat(8_192)}"}`, '8192 at most'],
  ])('with %s is refused', (_, template, message) => {
    expect(() => compileInputTemplate(template)).toThrow(message);
  });
});
