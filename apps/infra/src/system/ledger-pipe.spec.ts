import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';
import { MAX_ID_LENGTH } from '@leaderboard/contracts/ids';

import { TYPES } from '../graph/resource-types.ts';
import {
  graphOf,
  REGION_AND_ACCOUNT,
  statementsOf,
  trustConditionOf,
  trustedBy,
} from '../testing/program.ts';
import { WORKSPACE_ROOT } from '../workspace.ts';

/** The part of the contract's schema that lists the fields. */
interface StandingsEventSchema {
  properties: Record<string, unknown> & {
    dynamodb: { properties: { NewImage: { properties: Record<string, unknown> } } };
  };
}

const graph = await graphOf();

describe('the pipe', () => {
  test("sends inserts of the ledger's stream to the standings queue, from the oldest on", () => {
    expect(graph.get(TYPES.pipe).inputs).toMatchObject({
      name: 'ledger-to-standings-test',
      source: `arn:aws:dynamodb:${REGION_AND_ACCOUNT}:table/leaderboard-data-test/stream/2026-01-01T00:00:00.000`,
      sourceParameters: {
        filterCriteria: { filters: [{ pattern: '{"eventName":["INSERT"]}' }] },
        dynamodbStreamParameters: {
          startingPosition: 'TRIM_HORIZON',
          batchSize: 10,
          parallelizationFactor: 1,
        },
      },
      target: `arn:aws:sqs:${REGION_AND_ACCOUNT}:standings-updates-test.fifo`,
      targetParameters: {
        sqsQueueParameters: {
          messageGroupId: '$.dynamodb.Keys.player_id.S',
          messageDeduplicationId: '$.eventID',
        },
      },
    });
  });

  test('has a message group for every player: SQS takes 128 characters, Pipes a path of 100', () => {
    const { sqsQueueParameters } = graph.get(TYPES.pipe).inputs['targetParameters'] as {
      sqsQueueParameters: Record<string, string>;
    };
    expect(MAX_ID_LENGTH).toBeLessThanOrEqual(128);
    for (const path of Object.values(sqsQueueParameters)) {
      expect(path.length).toBeLessThanOrEqual(100);
    }
  });

  test('sends only the fields of the standings event', () => {
    const { inputTemplate } = graph.get(TYPES.pipe).inputs['targetParameters'] as {
      inputTemplate: string;
    };
    const paths = [...inputTemplate.matchAll(/<(.*?)>/g)].map(([, path]) => path);
    const schema = JSON.parse(
      readFileSync(
        join(WORKSPACE_ROOT, 'libs/contracts/schemas/standings-event.schema.json'),
        'utf8',
      ),
    ) as StandingsEventSchema;
    const { dynamodb, ...texts } = schema.properties;
    expect(paths).toEqual([
      ...Object.keys(texts).map((name) => `$.${name}`),
      '$.dynamodb.Keys',
      ...Object.keys(dynamodb.properties.NewImage.properties).map(
        (name) => `$.dynamodb.NewImage.${name}`,
      ),
    ]);
    expect(Object.keys(dynamodb.properties)).toEqual(['Keys', 'NewImage']);
  });

  test('halves a failing batch, limits its retries, and dead-letters to a standard queue', () => {
    expect(graph.get(TYPES.pipe).inputs).toMatchObject({
      sourceParameters: {
        dynamodbStreamParameters: {
          onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
          maximumRetryAttempts: 100,
          maximumRecordAgeInSeconds: 43_200,
          deadLetterConfig: {
            arn: `arn:aws:sqs:${REGION_AND_ACCOUNT}:ledger-to-standings-dlq-test`,
          },
        },
      },
    });
    const queue = graph.get(TYPES.queue, 'ledger-to-standings-dlq-test').inputs;
    expect(queue).toMatchObject({ messageRetentionSeconds: 1_209_600, sqsManagedSseEnabled: true });
    expect(queue).not.toHaveProperty('fifoQueue');
  });

  test('may only read the stream, and send to its target and its dead-letter queue', () => {
    expect(statementsOf(graph, 'ledger-to-standings-test')).toEqual({
      ReadStream: {
        Effect: 'Allow',
        Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        Resource: [
          `arn:aws:dynamodb:${REGION_AND_ACCOUNT}:table/leaderboard-data-test/stream/2026-01-01T00:00:00.000`,
        ],
      },
      ListStreamsHasNoResourceLevelPermissions: {
        Effect: 'Allow',
        Action: ['dynamodb:ListStreams'],
        Resource: ['*'],
      },
      SendToTargetAndDeadLetters: {
        Effect: 'Allow',
        Action: ['sqs:SendMessage'],
        Resource: [
          `arn:aws:sqs:${REGION_AND_ACCOUNT}:standings-updates-test.fifo`,
          `arn:aws:sqs:${REGION_AND_ACCOUNT}:ledger-to-standings-dlq-test`,
        ],
      },
    });
    expect(trustedBy(graph, 'ledger-to-standings-test')).toBe('pipes.amazonaws.com');
    expect(trustConditionOf(graph, 'ledger-to-standings-test')).toEqual({
      StringEquals: {
        'aws:SourceAccount': '123456789012',
        'aws:SourceArn': `arn:aws:pipes:${REGION_AND_ACCOUNT}:pipe/ledger-to-standings-test`,
      },
    });
  });

  test('is created after the policy of its role and after the projector, and waits for no page', () => {
    expect(graph.get(TYPES.pipe).dependsOn).toEqual([
      'aws:iam/rolePolicy:RolePolicy::ledger-to-standings-policy',
      'aws:lambda/function:Function::standings-projector-function',
    ]);
  });
});

test('an alarm fires when nothing arrives from the pipe while the ledger is written, also from one that never ran', () => {
  expect(graph.get(TYPES.alarm, 'ledger-to-standings-test-stalled').inputs).toMatchObject({
    metricQueries: [
      {
        id: 'writes',
        metric: {
          metricName: 'ConsumedWriteCapacityUnits',
          dimensions: { TableName: 'leaderboard-data-test' },
        },
      },
      {
        id: 'sent',
        metric: {
          namespace: 'AWS/SQS',
          metricName: 'NumberOfMessagesSent',
          dimensions: { QueueName: 'standings-updates-test.fifo' },
        },
      },
      { expression: 'IF(FILL(writes, 0) > 0 AND FILL(sent, 0) == 0, 1, 0)', returnData: true },
    ],
    threshold: 1,
    evaluationPeriods: 2,
  });
});
