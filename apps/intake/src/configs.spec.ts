import { describe, expect, test } from '@jest/globals';
import { ConfigurationError, type Environment } from '@leaderboard/function';
import { readRouterConfig } from './router/config.ts';
import { readSweepConfig } from './sweep/config.ts';
import { readUpdatesConfig } from './updates/config.ts';
import { readValidatorConfig } from './validator/config.ts';

const names = { POWERTOOLS_SERVICE_NAME: 'service', POWERTOOLS_METRICS_NAMESPACE: 'Leaderboard' };
const validator = { ...names, DYNAMODB_TABLE: 'events', ROUTER_LAMBDA_NAME: 'event-router-dev' };
const router = {
  ...names,
  DYNAMODB_TABLE: 'events',
  PAYMENTS_QUEUE_URL: 'https://sqs/1/payments',
  REFUNDS_QUEUE_URL: 'https://sqs/1/refunds',
  DISPUTES_QUEUE_URL: 'https://sqs/1/disputes',
  EVENT_TTL_DAYS: '30',
};
const sweep = { ...router, SWEEP_MIN_AGE_SECONDS: '360' };
const updates = {
  ...names,
  LEADERBOARD_QUEUE_URL: 'https://sqs/1/leaderboard-updates-dev.fifo',
  IDEMPOTENCY_TABLE_NAME: 'keys',
  IDEMPOTENCY_TTL_DAYS: '61',
  OCCURRED_AT_MAX_PAST_DAYS: '7',
};

const functions: [string, (environment: Environment) => unknown, Record<string, string>][] = [
  ['validator', readValidatorConfig, validator],
  ['router', readRouterConfig, router],
  ['sweep', readSweepConfig, sweep],
  ['updates', readUpdatesConfig, updates],
];

describe('the environment of a function', () => {
  test('is read', () => {
    expect(readValidatorConfig({ ...validator, SIGNATURE_SECRET_ID: 'webhook' })).toMatchObject({
      tableName: 'events',
      routerFunctionName: 'event-router-dev',
      signatureSecretId: 'webhook',
      serviceName: 'service',
    });
    expect(readValidatorConfig(validator).signatureSecretId).toBeUndefined();
    expect(readRouterConfig(router)).toMatchObject({
      eventTtlSeconds: 2_592_000,
      queueUrls: { refund: 'https://sqs/1/refunds' },
    });
    expect(readSweepConfig(sweep)).toMatchObject({ minAgeMs: 360_000 });
    expect(readUpdatesConfig(updates)).toMatchObject({
      idempotencyTtlSeconds: 5_270_400,
      occurredAtLimits: { maxFutureMs: 300_000, maxPastMs: 604_800_000 },
    });
  });

  describe.each(functions)('of the %s', (_, read, environment) => {
    test.each(Object.keys(environment))('must contain %s', (variable) => {
      for (const value of [undefined, '', '  ']) {
        const error = catchError(() => read({ ...environment, [variable]: value }));
        expect(error).toBeInstanceOf(ConfigurationError);
        expect(error).toMatchObject({ variable, code: 'InvalidConfiguration' });
      }
    });
  });

  test.each([
    [router, readRouterConfig, { PAYMENTS_QUEUE_URL: 'payments' }],
    [router, readRouterConfig, { EVENT_TTL_DAYS: '0' }],
    [sweep, readSweepConfig, { SWEEP_MIN_AGE_SECONDS: '6 minutes' }],
    [validator, readValidatorConfig, { SIGNATURE_SECRET_ID: '' }],
  ])('a value that cannot be used is named with its remedy', (environment, read, change) => {
    const error = catchError(() =>
      (read as (environment: Environment) => unknown)({ ...environment, ...change }),
    );
    expect(error).toMatchObject({ variable: Object.keys(change)[0] });
    expect((error as Error).message).toMatch(
      /^Environment variable [A-Z_]+ is .*\. Set it to .*\.$/,
    );
  });
});

function catchError(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}
