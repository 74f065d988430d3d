import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { openapiDocument, readResponseSchemas } from '../scripts/openapi-document.ts';
import { ROUTES } from './routes/routes.ts';

const CHECKED_IN = path.join(import.meta.dirname, '../openapi.json');

test('openapi.json is up to date with routes and schemas; otherwise run `nx run leaderboard-api:openapi`', async () => {
  expect(JSON.parse(readFileSync(CHECKED_IN, 'utf8'))).toEqual(await openapiDocument());
});

test('the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  expect(await validator.validate(await openapiDocument())).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

test('every response has a schema that lists its fields', async () => {
  const { $defs } = await readResponseSchemas();
  const responses = Object.values(ROUTES).flatMap(({ response }) => response ?? []);
  for (const name of [...responses, 'Error', 'Entry', 'HistoryEntry', 'Board']) {
    expect($defs[name]).toMatchObject({ type: 'object', additionalProperties: false });
  }
});
