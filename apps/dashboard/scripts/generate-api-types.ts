/** Generates the TypeScript types of the read API's responses from its schema. `nx run dashboard:generate`. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readSchema, replaceGenerated } from '@leaderboard/contracts/generator';
import { compile, type JSONSchema } from 'json-schema-to-typescript';

const root = path.resolve(import.meta.dirname, '..');
const SCHEMA = path.resolve(root, '../leaderboard-api/schemas/responses.schema.json');
const BANNER =
  '// Generated from apps/leaderboard-api/schemas/ by `nx run dashboard:generate`. Do not edit.';

/** The page keeps a score as its decimal digits, because a JavaScript number cannot hold all of them. */
const SCORE = { type: 'string', description: 'An exact decimal.' };

const schema = (await readSchema(SCHEMA)) as JSONSchema & { $defs: object };
const types = await compile(
  openEnums({ ...schema, title: 'Responses', $defs: { ...schema.$defs, Score: SCORE } }),
  'Responses',
  {
    bannerComment: BANNER,
    format: false,
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
  },
);
await replaceGenerated(path.join(root, 'src/generated'), (folder) =>
  writeFile(path.join(folder, 'api-types.ts'), types),
);

/** Any string in place of an enumeration: the page shows values that a newer API adds as they are. */
function openEnums(schema: JSONSchema): JSONSchema {
  const open = (_key: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && 'enum' in value
      ? { ...value, enum: undefined, type: 'string' }
      : value;
  return JSON.parse(JSON.stringify(schema, open)) as JSONSchema;
}
