import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { openapiDocument, readAnswerSchemas } from '../scripts/openapi-document.ts';
import { ROUTES } from './routes/route-table.ts';

const CHECKED_IN = path.join(import.meta.dirname, '../openapi.json');

test('openapi.json is what the routes and schemas give; run `nx run leaderboard-api:openapi`', () => {
  expect(JSON.parse(readFileSync(CHECKED_IN, 'utf8'))).toEqual(openapiDocument());
});

test('the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  expect(await validator.validate(openapiDocument())).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

test('every answer of a route has a schema that names its fields', () => {
  const { $defs } = readAnswerSchemas();
  const answers = Object.values(ROUTES).flatMap(({ answer }) => answer ?? []);
  for (const name of [...answers, 'Error', 'Entry', 'HistoryEntry', 'Board']) {
    expect($defs[name]).toMatchObject({ type: 'object', additionalProperties: false });
  }
});
