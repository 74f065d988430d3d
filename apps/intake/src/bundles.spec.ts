import path from 'node:path';
import { expect, test } from '@jest/globals';
import { Bundle, checkBundle } from '@leaderboard/testing/bundles';

const NAMES = { POWERTOOLS_SERVICE_NAME: 'test', POWERTOOLS_METRICS_NAMESPACE: 'Test' };
const VALIDATOR = { ...NAMES, DYNAMODB_TABLE: 'events', ROUTER_LAMBDA_NAME: 'router' };
const ROUTER = {
  ...NAMES,
  DYNAMODB_TABLE: 'events',
  PAYMENTS_QUEUE_URL: 'http://sqs/1/payments',
  REFUNDS_QUEUE_URL: 'http://sqs/1/refunds',
  DISPUTES_QUEUE_URL: 'http://sqs/1/disputes',
  EVENT_TTL_DAYS: '30',
};
const SWEEP = { ...ROUTER, SWEEP_MIN_AGE_SECONDS: '360' };
const UPDATES = {
  ...NAMES,
  LEADERBOARD_QUEUE_URL: 'http://sqs/1/updates.fifo',
  IDEMPOTENCY_TABLE_NAME: 'keys',
  IDEMPOTENCY_TTL_DAYS: '61',
  OCCURRED_AT_MAX_PAST_DAYS: '35',
};

const bundle = (name: string) =>
  new Bundle(path.resolve(import.meta.dirname, '../dist', name, 'index.mjs'));

checkBundle('validator', bundle('validator'), {
  sizeBudget: 560_000,
  environment: VALIDATOR,
  requiredVariable: 'ROUTER_LAMBDA_NAME',
});
checkBundle('router', bundle('router'), {
  sizeBudget: 500_000,
  environment: ROUTER,
  requiredVariable: 'PAYMENTS_QUEUE_URL',
});
checkBundle('sweep', bundle('sweep'), {
  sizeBudget: 500_000,
  environment: SWEEP,
  requiredVariable: 'SWEEP_MIN_AGE_SECONDS',
});
checkBundle('updates function', bundle('updates'), {
  sizeBudget: 520_000,
  environment: UPDATES,
  requiredVariable: 'LEADERBOARD_QUEUE_URL',
});

test('the bundle of the validator responds to a request and prints its metrics', async () => {
  const event = { body: '{}', headers: {}, requestContext: { requestId: '1', identity: {} } };
  const { response, logs } = await bundle('validator').invoke(event, VALIDATOR);
  expect(response).toMatchObject({
    statusCode: 400,
    body: '{"error":"Missing required field: event_id"}',
  });
  expect(logs).toContain('"WebhookInvalid":1');
});
