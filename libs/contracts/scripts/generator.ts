import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Ajv, AnySchemaObject, CodeOptions } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';

/**
 * Reads a JSON Schema and writes the parts of other files into it: `{ "$ref": "ids.schema.json#/definitions/id" }` becomes
 * what stands there, without its description. Keywords beside the reference stay, and win. References within the file stay
 * as they are.
 *
 * @param file absolute path; references are relative to it
 */
export async function readSchema(file: string): Promise<AnySchemaObject> {
  return (await inline(JSON.parse(await readFile(file, 'utf8')), file)) as AnySchemaObject;
}

async function inline(part: unknown, file: string): Promise<unknown> {
  if (Array.isArray(part)) return Promise.all(part.map((entry: unknown) => inline(entry, file)));
  if (typeof part !== 'object' || part === null) return part;
  const own = part as Record<string, unknown>;
  const result: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(own)) {
    if (keyword === '$ref' && typeof value === 'string' && !value.startsWith('#')) {
      for (const [name, inlined] of Object.entries(await referenced(value, file))) {
        result[name] = own[name] ?? inlined;
      }
    } else {
      result[keyword] = await inline(value, file);
    }
  }
  return result;
}

async function referenced(reference: string, from: string): Promise<Record<string, unknown>> {
  const [relative = '', pointer = ''] = reference.split('#');
  const file = relative === '' ? from : path.resolve(path.dirname(from), relative);
  const root: unknown = JSON.parse(await readFile(file, 'utf8'));
  const found = pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], root);
  if (typeof found !== 'object' || found === null) {
    throw new Error(`${from} refers to ${reference}, which does not exist: correct the $ref.`);
  }
  const keywords = Object.entries(found).filter(
    ([name]) => !['description', '$ref'].includes(name),
  );
  const target = '$ref' in found ? await referenced(String(found.$ref), file) : {};
  return { ...target, ...Object.fromEntries(keywords) };
}

/** The name of a schema's validator: `validate` and the title of the schema. */
export function validatorName(schema: AnySchemaObject): string {
  return `validate${String(schema['title'])}`;
}

export interface ValidatorOptions {
  readonly schemas: readonly AnySchemaObject[];
  /** Makes the AJV that compiles the schemas; it must pass the options on. */
  readonly createAjv: (options: { schemas: AnySchemaObject[]; code: CodeOptions }) => Ajv;
  /** A folder beside the code of formats and keywords, from which their `require` paths start. */
  readonly folder: string;
  /** First line of each file. */
  readonly banner: string;
}

/** Writes `validators.js` and `validators.d.ts` into the folder: plain functions, bundled with all that they need. */
export async function writeValidators(options: ValidatorOptions): Promise<void> {
  const { schemas, createAjv, folder, banner } = options;
  const ajv = createAjv({ schemas: [...schemas], code: { source: true, esm: true } });
  const names = Object.fromEntries(
    schemas.map((schema) => [validatorName(schema), String(schema['$id'])]),
  );
  await build({
    stdin: { contents: standalone.default(ajv, names), resolveDir: folder, loader: 'js' },
    outfile: path.join(folder, 'validators.js'),
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    banner: { js: banner },
  });
  const types = Object.keys(names).map((name) => `export const ${name}: ValidateFunction;`);
  const lines = [banner, `import type { ValidateFunction } from 'ajv';`, ...types, ''];
  await writeFile(path.join(folder, 'validators.d.ts'), lines.join('\n'));
}

/**
 * Replaces the files of a folder of generated files. `write` gets an empty folder beside it. Each file is moved in one step:
 * a test that runs meanwhile finds the old file or the new one.
 */
export async function replaceGenerated(
  output: string,
  write: (folder: string) => Promise<void>,
): Promise<void> {
  const draft = `${output}-${process.pid}`;
  await mkdir(draft);
  try {
    await write(draft);
    await mkdir(output, { recursive: true });
    const written = await readdir(draft);
    for (const file of written) await rename(path.join(draft, file), path.join(output, file));
    for (const file of await readdir(output))
      if (!written.includes(file)) await rm(path.join(output, file));
  } finally {
    await rm(draft, { recursive: true });
  }
}
