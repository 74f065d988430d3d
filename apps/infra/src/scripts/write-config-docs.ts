import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { EXECUTORS, renderExecutorSchemas } from './executor-schemas.ts';
import { README, renderReadme } from './readme.ts';

const schemas = Object.entries(await renderExecutorSchemas());
const files = [
  [README, await renderReadme()] as const,
  ...schemas.map(([name, content]) => [join(EXECUTORS, name), content] as const),
];
for (const [file, content] of files) {
  await writeFile(file, content);
  console.log(`Wrote ${file}`);
}
