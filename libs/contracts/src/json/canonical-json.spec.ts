import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalHash, canonicalJson } from './canonical-json.ts';

/** What stored hashes were made with. */
function asStored(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

const KEYS = [
  'b',
  'a',
  '10',
  '9',
  '0',
  '00',
  '-1',
  '1.5',
  '4294967294',
  '4294967295',
  '__proto__',
  'é',
  '"',
];

test('the canonical JSON of any value is the one that hashes were stored with', () => {
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue(),
      fc.array(tie('json')),
      fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), fc.string()), tie('json')),
    ),
  }));
  fc.assert(
    fc.property(json, (value) => {
      // As a reader of JSON gets it.
      const read: unknown = JSON.parse(JSON.stringify(value));
      expect(canonicalJson(read)).toBe(asStored(read));
      expect(canonicalHash(read)).toBe(createHash('sha256').update(asStored(read)).digest('hex'));
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ['{"b":1,"a":[{"d":0,"c":-0}]}', '{"a":[{"c":0,"d":0}],"b":1}'],
  ['{"a":1,"10":2,"9":3,"00":4}', '{"9":3,"10":2,"00":4,"a":1}'],
])('%s is %s', (json, canonical) => {
  expect(canonicalJson(JSON.parse(json))).toBe(canonical);
});
