/**
 * Generates from every schema in schemas/: the schema in one piece, its TypeScript type and its standalone validator.
 * Nothing compiles a schema at run time.
 */
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AnySchemaObject } from 'ajv';
import { compile } from 'json-schema-to-typescript';
import { contractsAjv } from '../src/formats/ajv.ts';
import { readSchema, replaceGenerated, writeValidators } from './generator.ts';

const root = path.resolve(import.meta.dirname, '..');
const banner = '// Generated from schemas/ by `nx run contracts:generate`. Do not edit.';
/** Only other schemas use it. */
const DEFINITIONS = 'ids.schema.json';

const files = (await readdir(path.join(root, 'schemas')))
  .filter((file) => file.endsWith('.schema.json') && file !== DEFINITIONS)
  .sort();
const schemas = await Promise.all(
  files.map((file) => readSchema(path.join(root, 'schemas', file))),
);

await replaceGenerated(path.join(root, 'src/generated'), async (folder) => {
  for (const schema of schemas) {
    await writeFile(path.join(folder, String(schema['$id'])), JSON.stringify(schema, undefined, 2));
  }
  await writeFile(path.join(folder, 'types.ts'), await typesOf(schemas));
  await writeValidators({ schemas, createAjv: contractsAjv, folder, banner });
});

async function typesOf(all: readonly AnySchemaObject[]): Promise<string> {
  const parts = await Promise.all(
    all.map((schema) =>
      compile(schema, String(schema['title']), {
        bannerComment: '',
        format: false,
        style: { singleQuote: true },
      }),
    ),
  );
  return [banner, ...parts].join('\n');
}
