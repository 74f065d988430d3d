import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { renderSnapshots, SNAPSHOTS } from './graph-snapshot.ts';

await mkdir(SNAPSHOTS, { recursive: true });
for (const [name, content] of Object.entries(await renderSnapshots())) {
  const file = join(SNAPSHOTS, name);
  await writeFile(file, content);
  console.log(`Wrote ${file}`);
}
