/**
 * Generates from every schema in schemas/: its TypeScript type and its standalone validator.
 * The validators are plain functions, bundled with all that they need: nothing compiles a schema at run time.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AnySchemaObject } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { compile } from 'json-schema-to-typescript';
import { contractsAjv } from '../src/formats/ajv.ts';

const root = path.resolve(import.meta.dirname, '..');
const output = path.join(root, 'src/generated');
const draft = path.join(root, `src/generated-${process.pid}`);
const banner = '// Generated from schemas/ by `nx run contracts:generate`. Do not edit.';

const files = (await readdir(path.join(root, 'schemas')))
  .filter((file) => file.endsWith('.schema.json'))
  .sort();
const schemas = await Promise.all(
  files.map(
    async (file) =>
      JSON.parse(await readFile(path.join(root, 'schemas', file), 'utf8')) as AnySchemaObject,
  ),
);

await mkdir(draft);
await writeFile(path.join(draft, 'types.ts'), await types());
await writeFile(path.join(draft, 'validators.d.ts'), validatorTypes());
await bundleValidators();
await publish();

async function types(): Promise<string> {
  const parts = await Promise.all(
    schemas.map((schema) =>
      compile(schema, title(schema), {
        bannerComment: '',
        cwd: path.join(root, 'schemas'),
        format: false,
        style: { singleQuote: true },
      }),
    ),
  );
  return [banner, ...parts].join('\n');
}

function validatorTypes(): string {
  const functions = schemas.map(
    (schema) => `export const ${validatorName(schema)}: ValidateFunction;`,
  );
  return [banner, `import type { ValidateFunction } from 'ajv';`, ...functions, ''].join('\n');
}

async function bundleValidators(): Promise<void> {
  const ajv = contractsAjv({ schemas, code: { source: true, esm: true } });
  const names = Object.fromEntries(
    schemas.map((schema) => [validatorName(schema), String(schema['$id'])]),
  );
  await build({
    stdin: { contents: standalone.default(ajv, names), resolveDir: draft, loader: 'js' },
    outfile: path.join(draft, 'validators.js'),
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    banner: { js: banner },
  });
}

/** File by file, each in one step: a test that runs meanwhile finds the old file or the new one, never none. */
async function publish(): Promise<void> {
  await mkdir(output, { recursive: true });
  const made = await readdir(draft);
  for (const file of made) await rename(path.join(draft, file), path.join(output, file));
  await rm(draft, { recursive: true });
  for (const file of await readdir(output))
    if (!made.includes(file)) await rm(path.join(output, file));
}

function title(schema: AnySchemaObject): string {
  return String(schema['title']);
}

function validatorName(schema: AnySchemaObject): string {
  return `validate${title(schema)}`;
}
