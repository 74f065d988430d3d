import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SIGNATURE_TOLERANCE_SECONDS, signatureHeader, verifySignature } from './signature.ts';

const NOW_MS = 1_795_255_200_500;
const NOW = 1_795_255_200;
const SECRET = 'a-secret-of-the-sender';
const body = Buffer.from('{"event_id":"evt_1"}');

const verify = (header: string | undefined, secrets = [SECRET]) =>
  verifySignature(header, body, secrets, NOW_MS);
const hmac = (text: string) => createHmac('sha256', SECRET).update(text).digest('hex');

describe('a signature', () => {
  test('is HMAC-SHA-256 in hex over the time, a dot and the raw body', () => {
    const header = `t=${NOW},v1=${hmac(`${NOW}.{"event_id":"evt_1"}`)}`;
    expect(signatureHeader(body, NOW, [SECRET])).toBe(header);
    expect(verify(header).valid).toBe(true);
    expect(
      verify(header.replace(/v1=.*/, (part) => part.toUpperCase().replace('V1', 'v1'))).valid,
    ).toBe(true);
  });

  test.each([-SIGNATURE_TOLERANCE_SECONDS, 0, SIGNATURE_TOLERANCE_SECONDS])(
    'is accepted %d s from the current time',
    (offset) => {
      expect(verify(signatureHeader(body, NOW + offset, [SECRET])).valid).toBe(true);
    },
  );

  test.each([-SIGNATURE_TOLERANCE_SECONDS - 1, SIGNATURE_TOLERANCE_SECONDS + 1, -NOW])(
    'is rejected %d s from the current time',
    (offset) => {
      expect(verify(signatureHeader(body, NOW + offset, [SECRET]))).toMatchObject({
        valid: false,
        reason: expect.stringContaining('differs from the current time'),
      });
    },
  );

  test('is accepted when any v1 matches any secret', () => {
    const header = signatureHeader(body, NOW, ['the-secret-of-tomorrow', SECRET]);
    expect(verify(header).valid).toBe(true);
    expect(verify(header, ['the-secret-of-tomorrow']).valid).toBe(true);
    expect(verify(header, ['an-older-secret-yet', 'the-secret-of-tomorrow']).valid).toBe(true);
  });

  test('is rejected with an unknown secret, which may be a new one', () => {
    expect(verify(signatureHeader(body, NOW, ['not-the-shared-secret']))).toMatchObject({
      valid: false,
      mayBeAnUnknownSecret: true,
    });
  });

  test('is rejected when a byte of the body, the time or the signature differs', () => {
    const header = signatureHeader(body, NOW, [SECRET]);
    fc.assert(
      fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const other = Buffer.from(body);
        other.writeUInt8(other.readUInt8(at) ^ flip, at);
        expect(verifySignature(header, other, [SECRET], NOW_MS).valid).toBe(false);
      }),
    );
    expect(verify(header.replace(`t=${NOW}`, `t=${NOW + 1}`)).valid).toBe(false);
    fc.assert(
      fc.property(fc.nat(63), fc.constantFrom(...'0123456789abcdef'), (at, digit) => {
        const hex = header.slice(-64);
        fc.pre(hex[at] !== digit);
        const other = `t=${NOW},v1=${hex.slice(0, at)}${digit}${hex.slice(at + 1)}`;
        expect(verify(other).valid).toBe(false);
      }),
    );
  });

  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['without a time', `v1=${'0'.repeat(64)}`],
    ['with two times', `t=${NOW},t=${NOW},v1=${hmac(`${NOW}.{"event_id":"evt_1"}`)}`],
    [
      'with a second time that is malformed',
      `t=${NOW},t=x,v1=${hmac(`${NOW}.{"event_id":"evt_1"}`)}`,
    ],
    ['without a v1', `t=${NOW},v0=${'0'.repeat(64)}`],
    ['too short', `t=${NOW},v1=abc`],
    ['longer than allowed', `t=${NOW},v1=${'0'.repeat(64)},${' '.repeat(1_000)}`],
    ['with more v1 than allowed', `t=${NOW}${`,v1=${'0'.repeat(64)}`.repeat(9)}`],
  ])('is rejected when the header is %s', (_, header) => {
    expect(verify(header)).toMatchObject({ valid: false, mayBeAnUnknownSecret: false });
  });

  test('is rejected, without an error, for any other header', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^(t=\d*|v1=[0-9a-f]*|,)*$/)),
        (header) => {
          expect(verify(header).valid).toBe(false);
        },
      ),
    );
  });
});
