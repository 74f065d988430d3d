/** Writes openapi.json, which is checked in, bundled and served. `nx run leaderboard-api:openapi`. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openapiDocument } from './openapi-document.ts';

const file = path.resolve(import.meta.dirname, '../openapi.json');
await writeFile(file, `${JSON.stringify(await openapiDocument(), null, 2)}\n`);
