import { expect, test } from '@jest/globals';

import { requirePhysicalName } from './physical-name.ts';

test('returns a name that the service accepts', () => {
  const longest = 'a'.repeat(80);
  expect(requirePhysicalName(longest, 'queue')).toBe(longest);
  expect(requirePhysicalName('leaderboard-dlq-pr.7_x.fifo', 'queue')).toContain('.fifo');
});

test.each(['', 'a b', 'a/b', 'ü', 'a'.repeat(81)])('rejects "%s" with the limit', (name) => {
  expect(() => requirePhysicalName(name, 'queue')).toThrow(
    `"${name}" (${name.length} characters) cannot be the name of a queue: allowed are 1 to 80 letters`,
  );
});
