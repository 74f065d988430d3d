import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';

const dist = path.resolve(import.meta.dirname, '../dist');

const NAMES = { POWERTOOLS_SERVICE_NAME: 'test', POWERTOOLS_METRICS_NAMESPACE: 'Test' };
const ROUTER = {
  ...NAMES,
  DYNAMODB_TABLE: 'events',
  PAYMENTS_QUEUE_URL: 'http://sqs/1/payments',
  REFUNDS_QUEUE_URL: 'http://sqs/1/refunds',
  DISPUTES_QUEUE_URL: 'http://sqs/1/disputes',
  EVENT_TTL_DAYS: '30',
};
const functions: [string, Record<string, string>][] = [
  ['validator', { ...NAMES, DYNAMODB_TABLE: 'events', ROUTER_LAMBDA_NAME: 'router' }],
  ['router', ROUTER],
  ['sweep', { ...ROUTER, SWEEP_MIN_AGE_SECONDS: '360' }],
  [
    'updates',
    {
      ...NAMES,
      LEADERBOARD_QUEUE_URL: 'http://sqs/1/updates.fifo',
      IDEMPOTENCY_TABLE_NAME: 'keys',
      IDEMPOTENCY_TTL_DAYS: '61',
      OCCURRED_AT_MAX_PAST_DAYS: '35',
    },
  ],
];

/** Runs code in a Node of its own, as Lambda would load the bundle. */
async function run(code: string, environment: Record<string, string>): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', code],
    { env: { AWS_REGION: 'us-west-1', ...environment } },
  );
  return stdout;
}

describe('the bundle of a function', () => {
  test.each(functions)('%s loads and exports its handler', async (name, environment) => {
    const code = `console.log(typeof (await import(${JSON.stringify(path.join(dist, name, 'index.mjs'))})).handler)`;
    expect(await run(code, environment)).toBe('function\n');
  });

  test.each(functions)('%s does not start without its environment', async (name) => {
    const code = `await import(${JSON.stringify(path.join(dist, name, 'index.mjs'))})`;
    await expect(run(code, {})).rejects.toThrow('InvalidConfiguration');
  });

  test('validator answers a request and writes its metrics', async () => {
    const code = `
      const { handler } = await import(${JSON.stringify(path.join(dist, 'validator/index.mjs'))});
      const event = { body: '{}', headers: {}, requestContext: { requestId: '1', identity: {} } };
      console.log(JSON.stringify(await handler(event, {})));`;
    const output = await run(code, functions[0]?.[1] ?? {});
    expect(output).toContain('Missing required field: event_id');
    expect(output).toContain('"WebhookInvalid":1');
  });
});
