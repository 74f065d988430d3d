/** Generates the standalone validator of board definitions from their schema. Nothing compiles the schema at run time. */
import path from 'node:path';
import { readSchema, replaceGenerated, writeValidators } from '@leaderboard/contracts/generator';
import { Ajv, _ } from 'ajv';
import { formats } from '../src/board-id.ts';

const root = path.resolve(import.meta.dirname, '..');
const schema = await readSchema(path.join(root, 'board-definitions.schema.json'));

await replaceGenerated(path.join(root, 'src/generated'), (folder) =>
  writeValidators({
    schemas: [schema],
    createAjv: ({ schemas, code }) =>
      new Ajv({
        schemas,
        strict: true,
        allErrors: true,
        verbose: true,
        useDefaults: true,
        formats,
        code: { ...code, formats: _`require("../board-id.ts").formats` },
      }),
    folder,
    banner:
      '// Generated from board-definitions.schema.json by `nx run ranking:generate`. Do not edit.',
  }),
);
