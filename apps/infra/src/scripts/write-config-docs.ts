import { writeFile } from 'node:fs/promises';

import { README, renderReadme } from './config-docs.ts';

await writeFile(README, await renderReadme());
console.log(`Wrote ${README}`);
