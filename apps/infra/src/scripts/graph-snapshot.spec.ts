import { readFile } from 'node:fs/promises';

import { expect, test } from '@jest/globals';

import { renderSnapshot, SNAPSHOT_STACKS, snapshotFile } from './graph-snapshot.ts';

test.each(SNAPSHOT_STACKS)(
  'the checked-in graph of %s is what the program declares; else run: npx nx run infra:graph-snapshot',
  async (stack) => {
    expect(await renderSnapshot(stack)).toBe(await readFile(snapshotFile(stack), 'utf8'));
  },
);
