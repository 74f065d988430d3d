import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test } from '@jest/globals';

/** Bytes of the minified bundle. Every cold start reads and compiles it. Measured: 613 kB. */
const SIZE_BUDGET = 660_000;

const BUNDLE = path.join(import.meta.dirname, '../dist/leaderboard-api/index.mjs');

const ENVIRONMENT = {
  AWS_REGION: 'us-west-1',
  STANDINGS_TABLE_NAME: 'standings',
  RANK_INDEX_NAME: 'by_rank',
  LEDGER_TABLE_NAME: 'ledger',
  SNAPSHOTS_TABLE_NAME: 'snapshots',
  STANDINGS_QUEUE_URL: 'https://sqs.us-west-1.amazonaws.com/123456789012/standings-updates.fifo',
  STANDINGS_DLQ_URL: 'https://sqs.us-west-1.amazonaws.com/123456789012/standings-dlq.fifo',
  PIPE_DLQ_URL: 'https://sqs.us-west-1.amazonaws.com/123456789012/ledger-to-standings-dlq',
  BOARD_DEFINITIONS: readFileSync(
    createRequire(import.meta.url).resolve('@leaderboard/ranking/boards.json'),
    'utf8',
  ),
  POWERTOOLS_SERVICE_NAME: 'leaderboard-api',
  POWERTOOLS_METRICS_NAMESPACE: 'Leaderboard',
};

/** Imports the bundle in a process of its own, away from node_modules, and asks for the OpenAPI document. */
function runBundle(environment: Record<string, string>): string {
  const script = `
    const { handler } = await import(${JSON.stringify(BUNDLE)});
    const event = { rawPath: '/openapi.json', requestContext: { http: { method: 'GET' } } };
    const answer = await handler(event, {});
    process.stdout.write(answer.statusCode + ' ' + JSON.parse(answer.body).info.title);`;
  return execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: path.parse(BUNDLE).root,
    env: environment,
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

test('the bundle is within its size budget', () => {
  expect(statSync(BUNDLE).size).toBeLessThanOrEqual(SIZE_BUDGET);
  expect(statSync(`${BUNDLE}.map`).size).toBeGreaterThan(0);
});

test('the bundle answers on its own, with the OpenAPI document inside', () => {
  expect(runBundle(ENVIRONMENT)).toContain('200 Leaderboard read API');
});

test('the bundle does not start with an empty variable and names it', () => {
  const incomplete = { ...ENVIRONMENT, STANDINGS_TABLE_NAME: '' };
  expect(() => runBundle(incomplete)).toThrow(/STANDINGS_TABLE_NAME is empty/);
});
