import path from 'node:path';
import { expect, test } from '@jest/globals';
import { Bundle, checkBundle } from '@leaderboard/testing/bundles';
import { ENVIRONMENT } from './testing/environment.ts';

const bundle = new Bundle(path.join(import.meta.dirname, '../dist/leaderboard-api/index.mjs'));

checkBundle('read API', bundle, {
  // Every cold start reads and compiles it. Measured: 692 kB.
  sizeBudget: 740_000,
  environment: ENVIRONMENT,
  requiredVariable: 'STANDINGS_TABLE_NAME',
});

test('the bundle contains the OpenAPI document', async () => {
  const event = { rawPath: '/openapi.json', requestContext: { http: { method: 'GET' } } };
  const { response } = await bundle.invoke(event, ENVIRONMENT);
  const { statusCode, body } = response as { statusCode: number; body: string };
  expect([statusCode, JSON.parse(body).info.title]).toEqual([200, 'Leaderboard read API']);
});
