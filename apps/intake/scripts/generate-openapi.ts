import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format } from 'prettier';
import { openApiDocument } from '../src/openapi/document.ts';

const file = path.resolve(import.meta.dirname, '../openapi.json');
await writeFile(
  file,
  await format(JSON.stringify(openApiDocument), { parser: 'json', printWidth: 100 }),
);
