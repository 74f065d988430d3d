import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { CapturedLogger, CapturedMetrics } from '@leaderboard/testing/telemetry';
import type { Context, SQSRecord } from 'aws-lambda';
import { createFifoHandler, type FifoHandlerOptions } from './fifo-handler.ts';
import { UnsupportedEventSourceError } from './queue-record.ts';

const CONTEXT = {
  awsRequestId: 'request-1',
  getRemainingTimeInMillis: () => 30_000,
} as Context;

let metrics: CapturedMetrics;
let logger: CapturedLogger;
let thrown: [number, unknown][];

beforeEach(() => {
  metrics = new CapturedMetrics();
  logger = new CapturedLogger();
  thrown = [];
});

function handlerOf(processBatch: FifoHandlerOptions['processBatch']) {
  return createFifoHandler({
    metrics,
    logger,
    processBatch,
    batchThrew: (records, error) => {
      metrics.addMetric('Failed', MetricUnit.Count, 1);
      thrown.push([records, error]);
    },
  });
}

function sqsRecord(messageId: string, attributes: object = {}): SQSRecord {
  return {
    messageId,
    receiptHandle: `receipt of ${messageId}`,
    body: '{}',
    eventSourceARN: 'arn:aws:sqs:us-west-1:000000000000:queue.fifo',
    attributes: {
      MessageGroupId: 'ada',
      SequenceNumber: '18850000000000000000',
      ApproximateReceiveCount: '2',
      SentTimestamp: '1795255200000',
      ...attributes,
    },
  } as unknown as SQSRecord;
}

test('publishes the metrics of an invocation, and nothing where there are none', async () => {
  // Powertools logs a warning then.
  const publish = jest.spyOn(metrics, 'publishStoredMetrics');
  await handlerOf(() => Promise.resolve([]))({ Records: [sqsRecord('m1')] }, CONTEXT);
  expect(publish).not.toHaveBeenCalled();
  await handlerOf(() => {
    metrics.addMetric('Written', MetricUnit.Count, 1);
    return Promise.resolve([]);
  })({ Records: [sqsRecord('m1')] }, CONTEXT);
  expect(metrics.published).toHaveLength(1);
});

test('hands the records over in order, and returns what the queue must deliver again', async () => {
  const received: unknown[] = [];
  const handler = handlerOf((records, remainingMs) => {
    received.push(...records, remainingMs());
    return Promise.resolve(['m2']);
  });
  expect(await handler({ Records: [sqsRecord('m1'), sqsRecord('m2')] }, CONTEXT)).toEqual({
    batchItemFailures: [{ itemIdentifier: 'm2' }],
  });
  const record = {
    body: '{}',
    messageGroupId: 'ada',
    receiveCount: 2,
    sentAtMs: 1_795_255_200_000,
    sequenceNumber: '18850000000000000000',
  };
  expect(received).toEqual([
    { ...record, messageId: 'm1', receiptHandle: 'receipt of m1' },
    { ...record, messageId: 'm2', receiptHandle: 'receipt of m2' },
    30_000,
  ]);
  expect(thrown).toEqual([]);
});

test('publishes metrics after a success and after a failure, and logs name the request', async () => {
  const handler = handlerOf((records) => {
    logger.info('Processing');
    metrics.addMetric('Records', MetricUnit.Count, records.length);
    return records.length > 1 ? Promise.reject(new Error('down')) : Promise.resolve([]);
  });
  await handler({ Records: [sqsRecord('m1')] }, CONTEXT);
  expect(metrics.total('Records')).toBe(1);
  expect(logger.entries).toMatchObject([
    { message: 'Processing', function_request_id: 'request-1' },
  ]);
  await expect(handler({ Records: [sqsRecord('m1'), sqsRecord('m2')] }, CONTEXT)).rejects.toThrow(
    'down',
  );
  expect(metrics.total('Records')).toBe(3);
  expect(metrics.total('Failed')).toBe(1);
  expect(thrown).toEqual([[2, new Error('down')]]);
});

describe('a record of a standard queue', () => {
  test.each(['MessageGroupId', 'SequenceNumber'])(
    'without %s fails the whole batch',
    async (name) => {
      const handler = handlerOf(() => Promise.resolve([]));
      const handling = handler({ Records: [sqsRecord('m1', { [name]: undefined })] }, CONTEXT);
      await expect(handling).rejects.toThrow(UnsupportedEventSourceError);
      await expect(handling).rejects.toMatchObject({ code: 'UnsupportedEventSource' });
      expect(metrics.total('Failed')).toBe(1);
    },
  );
});
