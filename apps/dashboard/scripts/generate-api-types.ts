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
const EXACT_SCORE = { type: 'string', description: 'An exact decimal.' } as const;

const schema = (await readSchema(SCHEMA)) as JSONSchema & { $defs: Record<string, JSONSchema> };
const types = await compile(
  { ...schema, $defs: { ...schema.$defs, Score: EXACT_SCORE } },
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
