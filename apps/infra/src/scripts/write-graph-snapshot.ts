import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { renderSnapshot, SNAPSHOT_STACKS, snapshotFile } from './graph-snapshot.ts';

for (const stack of SNAPSHOT_STACKS) {
  const file = snapshotFile(stack);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, await renderSnapshot(stack));
  console.log(`Wrote ${file}`);
}
