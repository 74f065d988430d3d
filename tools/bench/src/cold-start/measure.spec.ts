import { expect, test } from '@jest/globals';
import { FUNCTIONS } from './functions.ts';
import { measureColdStarts } from './measure.ts';

test('every function starts, responds, and is larger than an empty one', async () => {
  const { rows, goals } = await measureColdStarts({ rounds: 1 });
  const names = FUNCTIONS.map(({ name }) => name);
  expect(rows.map(([name]) => name)).toEqual([
    'empty',
    'empty, one read',
    ...names,
    'processor, --enable-source-maps',
  ]);
  const [[, emptySize, , , , , emptyRequests] = [], [, , , , , , readRequests] = []] = rows;
  expect([emptyRequests, readRequests]).toEqual([0, 1]);
  for (const [, size, loadedMs, , respondedMs, , , packages] of rows.slice(2, -1)) {
    expect(size).toBeGreaterThan(Number(emptySize));
    expect(loadedMs).toBeGreaterThan(0);
    expect(respondedMs).toBeGreaterThanOrEqual(Number(loadedMs));
    expect(packages).toMatch(/^@smithy\/core \d+, /);
  }
  expect(goals.map(({ name }) => name)).toEqual(names);
});
