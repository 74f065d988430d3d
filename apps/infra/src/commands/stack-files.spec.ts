import { createDecipheriv, pbkdf2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { PROJECT_ROOT } from '../workspace.ts';

/** Decrypts what Pulumi stores to check a passphrase: `v1:<salt>:v1:<nonce>:<ciphertext with tag>` (AES-256-GCM, PBKDF2). */
function checkValueOf(encryptionSalt: string, passphrase: string): string {
  const [, salt = '', , nonce = '', sealed = ''] = encryptionSalt.split(':');
  const bytes = (base64: string) => Buffer.from(base64, 'base64');
  const key = pbkdf2Sync(passphrase, bytes(salt), 1_000_000, 32, 'sha256');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes(nonce));
  decipher.setAuthTag(bytes(sealed).subarray(-16));
  return decipher.update(bytes(sealed).subarray(0, -16)).toString() + decipher.final().toString();
}

// Without the line, the first preview of a clone would write one into the file.
test('the file of the stack dev has the salt of the empty passphrase', () => {
  const file = readFileSync(join(PROJECT_ROOT, 'Pulumi.dev.yaml'), 'utf8');
  const salt = /^encryptionsalt: (\S+)$/m.exec(file)?.[1] ?? '';
  expect(checkValueOf(salt, '')).toBe('pulumi');
  expect(() => checkValueOf(salt, 'another')).toThrow();
});
