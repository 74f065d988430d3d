import { afterEach, expect, test } from '@jest/globals';
import { createTelemetry } from './telemetry.ts';

const { env } = process;

afterEach(() => {
  process.env = env;
});

test('the level of the logs is the setting of the function, not the filter of Lambda', () => {
  process.env = { ...env, AWS_LAMBDA_LOG_LEVEL: 'TRACE', POWERTOOLS_LOG_LEVEL: 'WARN' };
  const { logger } = createTelemetry({ serviceName: 'test', metricsNamespace: 'Test' });
  expect(logger.getLevelName()).toBe('WARN');
});
