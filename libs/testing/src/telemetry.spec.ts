import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { expect, test } from '@jest/globals';
import { CapturedLogger, CapturedMetrics } from './telemetry.ts';

test('captured metrics sum what was published, and not what is still stored', () => {
  const metrics = new CapturedMetrics<'Sent' | 'Refused'>();
  metrics.addMetric('Sent', MetricUnit.Count, 2);
  metrics.addMetric('Sent', MetricUnit.Count, 3);
  metrics.publishStoredMetrics();
  metrics.addMetric('Sent', MetricUnit.Count, 4);
  metrics.publishStoredMetrics();
  metrics.addMetric('Sent', MetricUnit.Count, 100);
  expect(metrics.total('Sent')).toBe(9);
  expect(metrics.total('Refused')).toBe(0);
  expect(metrics.published).toHaveLength(2);
});

test('captured metrics that are taken are not counted again', () => {
  const metrics = new CapturedMetrics();
  metrics.addMetric('Sent', MetricUnit.Count, 2);
  metrics.publishStoredMetrics();
  expect(metrics.take('Sent')).toBe(2);
  metrics.publishStoredMetrics();
  expect(metrics.take('Sent')).toBe(0);
});

test('a captured logger keeps messages, fields and errors as they would be printed', () => {
  const logger = new CapturedLogger();
  logger.debug('Started');
  logger.error('The batch failed', { error: new Error('throttled'), records: 3 });
  expect(logger.messages).toEqual(['Started', 'The batch failed']);
  expect(logger.entries[1]).toMatchObject({ level: 'ERROR', records: 3, error: { name: 'Error' } });
  expect(logger.text).toContain('throttled');
});
