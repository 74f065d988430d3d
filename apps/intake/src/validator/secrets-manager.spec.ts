import { describe, expect, test } from '@jest/globals';
import { parseSecrets } from './secrets-manager.ts';

describe('the stored signature secrets', () => {
  test.each([
    ['a-secret-of-16-ch', ['a-secret-of-16-ch']],
    ['  a-secret-of-16-ch\n', ['a-secret-of-16-ch']],
    ['["the-newer-secret-1", "the-older-secret-1"]', ['the-newer-secret-1', 'the-older-secret-1']],
    ['{a-random-password', ['{a-random-password']],
  ])('%j contains %j', (text, secrets) => {
    expect(parseSecrets(text, 'id')).toEqual(secrets);
  });

  test.each([
    undefined,
    '',
    '   ',
    'too-short',
    '[]',
    '["the-newer-secret-1", "short"]',
    '["the-newer-secret-1", 7]',
    '[not json',
    '{"webhook":"a-secret-of-16-ch"}',
  ])('%j is rejected without being shown', (text) => {
    expect(() => parseSecrets(text, 'the-id')).toThrow(
      'The secret the-id must be a string of at least 16 characters, or a JSON array of such strings.',
    );
  });
});
