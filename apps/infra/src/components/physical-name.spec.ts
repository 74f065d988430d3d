import { expect, test } from '@jest/globals';

import { requirePhysicalName } from './physical-name.ts';

test('a name that the service takes is returned as it is', () => {
  const longest = 'a'.repeat(80);
  expect(requirePhysicalName(longest, 'queue', 80)).toBe(longest);
  expect(requirePhysicalName('leaderboard-dlq-pr.7_x.fifo', 'queue', 80)).toContain('.fifo');
});

test.each(['', 'a b', 'a/b', 'ü', 'a'.repeat(81)])('"%s" is refused with the limit', (name) => {
  expect(() => requirePhysicalName(name, 'queue', 80)).toThrow(
    `"${name}" (${name.length} characters) cannot be the name of a queue: allowed are 1 to 80 letters`,
  );
});
