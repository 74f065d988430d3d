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
  test('inserts the objects that it names, and nothing else', () => {
    expect(
      filled('{"Keys": <$.dynamodb.Keys>, "NewImage": {"score": <$.dynamodb.NewImage.score>}}'),
    ).toEqual({ Keys: { player_id: { S: 'ada' } }, NewImage: { score: { N: '12.5' } } });
  });

  test.each([
    ['a string in quotes', '{"v":"<$.eventID>"}', 'a"b\\c'],
    ['a string without quotes', '{"v":<$.eventID>}', 'a"b\\c'],
    ['a number in quotes', '{"v":"<$.dynamodb.SizeBytes>"}', '412'],
    ['a number without quotes', '{"v":<$.dynamodb.SizeBytes>}', 412],
    ['a value within a string', '{"v":"\\"<$.dynamodb.SizeBytes>\\" bytes"}', '"412" bytes'],
    ['a missing path', '{"v":<$.dynamodb.OldImage.score>}', ''],
    ['a missing path in quotes', '{"v":"<$.nothing>"}', ''],
    ['no path', '{"v":"a < b"}', 'a < b'],
  ])('fills in %s', (_, template, value) => {
    expect(filled(template)).toEqual({ v: value });
  });

  test('rejects an object within a string', () => {
    const fill = compileInputTemplate('{"v":"<$.dynamodb.Keys>"}');
    expect(() => fill(EVENT)).toThrow('remove the quotes around <$.dynamodb.Keys>');
  });

  test.each([
    ['plain text', 'Hello, <$.eventID>', 'must be JSON'],
    ['incomplete JSON', '{"v": <$.eventID>', 'must be JSON'],
    ['a variable of the pipe', '{"v":"<aws.pipes.pipe-name>"}', '<aws.pipes.pipe-name>'],
    ['an array index', '{"v":<$.Records[0]>}', '"$.Records[0]" in a pipe is not supported'],
    ['a wildcard', '{"v":<$.*>}', '"$.*" in a pipe is not supported'],
    ['more than EventBridge allows', `{"v":"${'x'.repeat(8_192)}"}`, '8192 at most'],
  ])('with %s is rejected', (_, template, message) => {
    expect(() => compileInputTemplate(template)).toThrow(message);
  });
});
