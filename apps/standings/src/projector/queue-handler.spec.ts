import { expect, test } from '@jest/globals';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { createQueueHandler, type QueueHandlerOptions } from './queue-handler.ts';

test('a batch that took longer than the timeout still returns its result', async () => {
  const signals: AbortSignal[] = [];
  const handler = createQueueHandler({
    logger: new Logger({ logLevel: 'SILENT' }),
    metrics: new Metrics({ namespace: 'Test', serviceName: 'test' }),
    completer: () => ({
      tryToComplete: async (signal: AbortSignal) => void signals.push(signal),
    }),
    // An empty batch reads no table.
  } as unknown as QueueHandlerOptions);
  const context = { getRemainingTimeInMillis: () => -5 } as Context;
  expect(await handler({ Records: [] }, context)).toEqual({ batchItemFailures: [] });
  expect(signals).toHaveLength(1);
});
