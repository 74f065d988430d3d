import { describe, expect, test } from '@jest/globals';

import { TYPES } from '../graph/resource-types.ts';
import { graphOf, jsonOf, REGION_AND_ACCOUNT } from '../testing/program.ts';

const graph = await graphOf();

test('the main queue is FIFO, high throughput, encrypted, with the required times', () => {
  expect(graph.get(TYPES.queue, 'leaderboard-updates-test.fifo').inputs).toMatchObject({
    fifoQueue: true,
    contentBasedDeduplication: true,
    deduplicationScope: 'messageGroup',
    fifoThroughputLimit: 'perMessageGroupId',
    sqsManagedSseEnabled: true,
    messageRetentionSeconds: 345_600,
    visibilityTimeoutSeconds: 60,
  });
});

test('the dead-letter queue has room for a reason beside the largest message of the main queue', () => {
  expect(graph.get(TYPES.queue, 'leaderboard-updates-test.fifo').inputs['maxMessageSize']).toBe(
    65_536,
  );
  expect(
    graph.get(TYPES.queue, 'leaderboard-dlq-test.fifo').inputs['maxMessageSize'],
  ).toBeUndefined();
});

test('the main queue redrives to the dead-letter queue after 3 receives', () => {
  expect(jsonOf(graph.get(TYPES.queue, 'leaderboard-updates-test.fifo'), 'redrivePolicy')).toEqual({
    deadLetterTargetArn: `arn:aws:sqs:${REGION_AND_ACCOUNT}:leaderboard-dlq-test.fifo`,
    maxReceiveCount: 3,
  });
});

test('the dead-letter queue is FIFO and keeps 14 days', () => {
  const dlq = graph.get(TYPES.queue, 'leaderboard-dlq-test.fifo');
  expect(dlq.inputs).toMatchObject({
    fifoQueue: true,
    contentBasedDeduplication: true,
    sqsManagedSseEnabled: true,
    messageRetentionSeconds: 1_209_600,
    visibilityTimeoutSeconds: 300,
  });
  expect(dlq.inputs['redrivePolicy']).toBeUndefined();
});

test('only the main queue can use the dead-letter queue', () => {
  const allow = graph.get(
    'aws:sqs/redriveAllowPolicy:RedriveAllowPolicy',
    'leaderboard-updates-dlq-sources',
  );
  expect(allow.inputs['queueUrl']).toMatch(/leaderboard-dlq-test\.fifo$/);
  expect(jsonOf(allow, 'redriveAllowPolicy')).toEqual({
    redrivePermission: 'byQueue',
    sourceQueueArns: [`arn:aws:sqs:${REGION_AND_ACCOUNT}:leaderboard-updates-test.fifo`],
  });
});

test('both queues deny requests without TLS', () => {
  const policies = graph.ofType(TYPES.queuePolicy).map((p) => jsonOf(p, 'policy'));
  for (const queue of ['leaderboard-updates-test.fifo', 'leaderboard-dlq-test.fifo']) {
    expect(policies).toContainEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'DenyWithoutTls',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: `arn:aws:sqs:${REGION_AND_ACCOUNT}:${queue}`,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
  }
});

test('the mapping takes batches of 10, keeps 10 instances busy and reports single failures', () => {
  expect(graph.get(TYPES.mapping, 'updates-to-processor-mapping').inputs).toMatchObject({
    eventSourceArn: `arn:aws:sqs:${REGION_AND_ACCOUNT}:leaderboard-updates-test.fifo`,
    functionName: `arn:aws:lambda:${REGION_AND_ACCOUNT}:function:leaderboard-processor-test`,
    batchSize: 10,
    scalingConfig: { maximumConcurrency: 10 },
    functionResponseTypes: ['ReportBatchItemFailures'],
  });
});

test('the mapping has no batching window, which a FIFO queue does not allow', () => {
  expect(graph.get(TYPES.mapping, 'updates-to-processor-mapping').inputs).not.toHaveProperty(
    'maximumBatchingWindowInSeconds',
  );
});

test('the ledger has its keys, is on demand, recoverable, encrypted, and streams both images', () => {
  expect(graph.get(TYPES.table, 'leaderboard-data-test').inputs).toMatchObject({
    hashKey: 'player_id',
    rangeKey: 'timestamp',
    attributes: [
      { name: 'player_id', type: 'S' },
      { name: 'timestamp', type: 'N' },
    ],
    billingMode: 'PAY_PER_REQUEST',
    pointInTimeRecovery: { enabled: true },
    // With a key that AWS owns.
    serverSideEncryption: { enabled: false },
    streamEnabled: true,
    streamViewType: 'NEW_AND_OLD_IMAGES',
  });
});

test('ledger items never expire', () => {
  expect(graph.get(TYPES.table, 'leaderboard-data-test').inputs).not.toHaveProperty('ttl');
});

test('processed events are keyed by player and event, and expire by expires_at', () => {
  expect(graph.get(TYPES.table, 'processed-events-test').inputs).toMatchObject({
    hashKey: 'player_id',
    rangeKey: 'event_id',
    attributes: [
      { name: 'player_id', type: 'S' },
      { name: 'event_id', type: 'S' },
    ],
    billingMode: 'PAY_PER_REQUEST',
    pointInTimeRecovery: { enabled: true },
    // With a key that AWS owns.
    serverSideEncryption: { enabled: false },
    ttl: { attributeName: 'expires_at', enabled: true },
  });
});

describe('alarms', () => {
  test('the dead-letter alarm fires at 10 messages, not above', () => {
    expect(graph.get(TYPES.alarm, 'leaderboard-dlq-test-depth').inputs).toMatchObject({
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: 'leaderboard-dlq-test.fifo' },
      statistic: 'Maximum',
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
      threshold: 10,
      period: 300,
      evaluationPeriods: 1,
    });
  });

  test.each([
    ['leaderboard-updates-test-age', 'ApproximateAgeOfOldestMessage', 'Maximum', 300],
    ['leaderboard-dlq-test-age', 'ApproximateAgeOfOldestMessage', 'Maximum', 604_800],
    ['leaderboard-processor-test-errors', 'Errors', 'Sum', 1],
    ['leaderboard-processor-test-throttles', 'Throttles', 'Sum', 1],
    ['leaderboard-processor-test-update-errors', 'LeaderboardUpdateError', 'Sum', 10],
    ['leaderboard-processor-test-event-id-reused', 'EventIdReused', 'Sum', 1],
  ])('%s watches %s', (name, metricName, statistic, threshold) => {
    expect(graph.get(TYPES.alarm, name).inputs).toMatchObject({
      metricName,
      statistic,
      threshold,
      period: 300,
      comparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  });
});
