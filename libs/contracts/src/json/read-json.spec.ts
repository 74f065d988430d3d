import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_JSON_DEPTH, readJson } from './read-json.ts';

/** Reads bytes and a string, which must have the same result. */
const read = (text: string) => {
  const reading = readJson(text);
  expect(readJson(Buffer.from(text))).toEqual(reading);
  return reading;
};
const issuesOf = (text: string) => {
  const reading = read(text);
  return reading.valid ? [] : reading.issues;
};
const issue = (text: string) => issuesOf(text)[0];
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('reading a body as JSON', () => {
  test('returns the value and the text of everything that JSON.stringify writes', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 8 }),
        fc.constantFrom(undefined, 2, '\t'),
        (value, space) => {
          const text = JSON.stringify(value, null, space);
          fc.pre(!hasInexactInteger(value));
          expect(readJson(text)).toEqual({ valid: true, text, value: JSON.parse(text) });
          expect(readJson(Buffer.from(text))).toEqual(readJson(text));
        },
      ),
    );
  });

  test('finds a duplicate key in any object, however the key is written', () => {
    const key = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(
        key,
        fc.jsonValue({ maxDepth: 2 }),
        fc.jsonValue({ maxDepth: 2 }),
        (name, between, around) => {
          const escaped = `"${[...Array(name.length).keys()].map((i) => `\\u${name.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`;
          const object = `{${JSON.stringify(name)}: 1, "${name.length}-other": ${JSON.stringify(between)}, ${escaped}: 2}`;
          fc.pre(!hasInexactInteger([between, around]));
          const text = `[${JSON.stringify(around)}, {"outer": ${object}}]`;
          expect(readJson(Buffer.from(text.toWellFormed()))).toMatchObject({
            valid: false,
            issues: [{ rule: 'duplicateKey', path: expect.stringMatching(/^\/1\/outer\//) }],
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
  ])('finds no duplicate key in %s', (text) => {
    expect(read(text).valid).toBe(true);
  });

  test('names the duplicate key and its path', () => {
    expect(issuesOf('{"a/b":[0,{"amount":1,"amount":2}]}')).toEqual([
      {
        path: '/a~1b/1/amount',
        rule: 'duplicateKey',
        value_type: 'object',
        message: 'the key "amount" appears twice in one object',
      },
    ]);
  });

  test(`accepts ${MAX_JSON_DEPTH} levels and no more`, () => {
    expect(read(nested(MAX_JSON_DEPTH)).valid).toBe(true);
    expect(issue(nested(MAX_JSON_DEPTH + 1))).toMatchObject({
      rule: 'depth',
      message: `the body nests deeper than ${MAX_JSON_DEPTH} levels`,
    });
    expect(issue(nested(30_000))?.rule).toBe('depth');
    expect(issue('{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000))?.rule).toBe('depth');
  });

  test.each([
    ['', 'the body is empty'],
    [' ', 'the body is not JSON: unexpected end'],
    ['{"a":1', 'the body is not JSON: syntax error at position 6'],
    ["{'a':1}", 'the body is not JSON: syntax error at position 1'],
    ['{"a":NaN}', 'the body is not JSON'],
    ['event_id=1', 'the body is not JSON'],
    ['\uFEFF{}', 'the body is not JSON'],
    ['{"a":01}', 'the body is not JSON'],
  ])('rejects %j', (text, message) => {
    expect(issuesOf(text)).toEqual([
      {
        path: '',
        rule: 'json',
        value_type: 'string',
        message: expect.stringContaining(message),
      },
    ]);
  });

  test('rejects invalid UTF-8', () => {
    expect(readJson(Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({
      valid: false,
      issues: [{ rule: 'json', message: 'the body is not UTF-8' }],
    });
  });

  test('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(typeof readJson(bytes).valid).toBe('boolean');
      }),
    );
  });
});

describe('numbers', () => {
  test.each([
    '0',
    '-0',
    '9007199254740991',
    '-9007199254740991',
    '1.0',
    '1e0',
    '0.30000000000000004',
    '0.10000000000000001',
    '1e21',
    '1E+2',
    '0.00000000000000000000000000000000012345678901234567',
    '123.00000000000000000000000000000000000000',
    '0e-999',
    '0.0000',
    '5e-324',
    '1.7976931348623157e308',
  ])('accepts %s', (literal) => {
    expect(read(`{"number":${literal}}`).valid).toBe(true);
    expect(read(literal).valid).toBe(true);
  });

  test.each([
    ['9007199254740992', 'send a 64-bit id as a string'],
    ['-9007199254740992', 'send a 64-bit id as a string'],
    ['76561198000000001', 'send a 64-bit id as a string'],
    ['1e400', 'is too large for a double'],
    ['-1.5e309', 'is too large for a double'],
    ['9007199254740993.0', 'must lie between -9007199254740991 and 9007199254740991'],
    ['1e-400', 'is too small for a double'],
    ['-0.001e-330', 'is too small for a double'],
    ['0.10000000000000000555', 'at most 17 significant digits'],
    ['123456789012345678e1', 'at most 17 significant digits'],
    ['1.00000000000000001', 'at most 17 significant digits'],
  ])('rejects %s', (literal, message) => {
    expect(issuesOf(`{"metadata":{"ids":["1",${literal}]}}`)).toEqual([
      {
        path: '/metadata/ids/1',
        rule: 'exactNumber',
        value_type: 'number',
        message: expect.stringContaining(message),
      },
    ]);
    expect(issue(literal)?.message).toContain(`the value (number ${literal}) `);
  });

  test('cuts a long literal in its message', () => {
    expect(issue('1'.padEnd(400, '0'))?.message).toContain(`(number ${'1'.padEnd(60, '0')}…) `);
  });

  test('accepts exactly the numbers that a double represents', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }), (integer) => {
        const reading = readJson(`[${integer}]`);
        const isExact = integer >= -(2n ** 53n) + 1n && integer <= 2n ** 53n - 1n;
        expect(reading.valid).toBe(isExact);
      }),
    );
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (double) => {
        const literal = double.toExponential();
        expect(readJson(literal)).toMatchObject({ valid: true, value: double === 0 ? 0 : double });
      }),
    );
  });

  test('ignores digits in strings and keys', () => {
    expect(read('{"76561198000000001":"76561198000000001","\\"":"\\\\"}').valid).toBe(true);
  });

  test('names the first one of each element of an array, and returns the value for the other elements', () => {
    const text = '[{"a":[1e400,1e400]},{"a":1},{"b":{"c":76561198000000001}},1e400]';
    const reading = read(text);
    expect(issuesOf(text).map(({ path }) => path)).toEqual(['/0/a/0', '/2/b/c', '/3']);
    expect(reading).toMatchObject({ valid: false, value: JSON.parse(text) as unknown });
  });

  test('reports one of many in one object', () => {
    expect(issuesOf(`{"a":[${'1e400,'.repeat(10_000)}1]}`)).toHaveLength(1);
  });

  test('returns no value when the whole body is invalid', () => {
    expect(read('{"a":1e400,"a":1}')).toMatchObject({
      valid: false,
      issues: [{ rule: 'duplicateKey' }],
    });
    expect(read('{"a":1e400,"a":1}')).not.toHaveProperty('value');
  });

  test('takes time in proportion to the length of the body', () => {
    // Quadratic code would exceed the time limit of a test.
    expect(readJson(`[1.${'0'.repeat(2_000_000)}1]`).valid).toBe(false);
    expect(readJson(`[${'0,'.repeat(1_000_000)}0]`).valid).toBe(true);
    expect(readJson(`{"a":"${'\\\\'.repeat(1_000_000)}"}`).valid).toBe(true);
  });
});

/** `JSON.stringify` writes such a number as an integer that the reader rejects. */
function hasInexactInteger(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) {
    return Object.values(value).some(hasInexactInteger);
  }
  return Number.isInteger(value) && !Number.isSafeInteger(value) && !String(value).includes('e');
}
