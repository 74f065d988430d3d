import { expect, test } from '@jest/globals';
import { uuidV7 } from './uuid-v7.ts';

test('the example of RFC 9562, appendix A.6', () => {
  const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
  const id = uuidV7(0x017f22e279b0, random);
  expect(id).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('version and variant hold for all random bits set and none set', () => {
  expect(uuidV7(0, new Uint8Array(10))).toBe('00000000-0000-7000-8000-000000000000');
  expect(uuidV7(2 ** 48 - 1, new Uint8Array(10).fill(255))).toBe(
    'ffffffff-ffff-7fff-bfff-ffffffffffff',
  );
});
