import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_BODY_DEPTH, readJson } from './read-json.ts';

const read = (text: string) => readJson(Buffer.from(text));
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('reading a body as JSON', () => {
  test('gives the value and the text of everything that JSON.stringify writes', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 8 }),
        fc.constantFrom(undefined, 2, '\t'),
        (value, space) => {
          const text = JSON.stringify(value, null, space);
          expect(read(text)).toEqual({ ok: true, text, value: JSON.parse(text) });
        },
      ),
    );
  });

  test('finds a key that is there twice, wherever the object stands and however the key is written', () => {
    const key = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(
        key,
        fc.jsonValue({ maxDepth: 2 }),
        fc.jsonValue({ maxDepth: 2 }),
        (name, between, around) => {
          const escaped = `"${[...Array(name.length).keys()].map((i) => `\\u${name.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`;
          const object = `{${JSON.stringify(name)}: 1, "${name.length}-other": ${JSON.stringify(between)}, ${escaped}: 2}`;
          expect(read(`[${JSON.stringify(around)}, {"outer": ${object}}]`)).toMatchObject({
            ok: false,
            reason: expect.stringContaining('is there twice in one object'),
          });
        },
      ),
    );
  });

  test.each([
    '{"a":{"a":{"a":"a"}},"b":["a","a",{"a":1},{"a":1}]}',
    '["a","a"]',
    '{"a":"\\",\\"a\\":","b":"{\\"a\\":1,\\"a\\":2}"}',
    '{"__proto__":1,"constructor":2,"toString":3}',
  ])('does not take %s for a repeated key', (text) => {
    expect(read(text).ok).toBe(true);
  });

  test('names the repeated key', () => {
    expect(read('{"amount":1,"amount":2}')).toEqual({
      ok: false,
      reason: 'the key "amount" is there twice in one object',
    });
  });

  test(`takes ${MAX_BODY_DEPTH} levels and no more`, () => {
    expect(read(nested(MAX_BODY_DEPTH)).ok).toBe(true);
    expect(read(nested(MAX_BODY_DEPTH + 1))).toEqual({
      ok: false,
      reason: `the body nests deeper than ${MAX_BODY_DEPTH} levels`,
    });
    expect(read(nested(30_000)).ok).toBe(false);
    expect(read('{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)).ok).toBe(false);
  });

  test.each([
    ['', 'the body is empty'],
    [' ', 'the body is not JSON'],
    ['{"a":1', 'the body is not JSON'],
    ["{'a':1}", 'the body is not JSON'],
    ['{"a":NaN}', 'the body is not JSON'],
    ['event_id=1', 'the body is not JSON'],
    ['\uFEFF{}', 'the body is not JSON'],
  ])('refuses %j', (text, reason) => {
    expect(read(text)).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });

  test('refuses what is not UTF-8', () => {
    expect(readJson(Buffer.from([0x22, 0xff, 0x22]))).toEqual({
      ok: false,
      reason: 'the body is not UTF-8',
    });
  });

  test('answers whatever bytes come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(typeof readJson(bytes).ok).toBe('boolean');
      }),
    );
  });
});
