import { describe, expect, test } from '@jest/globals';

import { TYPES } from '../graph/resource-types.ts';
import {
  graphOf,
  jsonOf,
  ownStatementsOf,
  readRanksStatements,
  REGION_AND_ACCOUNT,
  variablesOf,
} from '../testing/program.ts';

const BUCKET = 'rank-runs-test';

const graph = await graphOf();

describe('the compactor', () => {
  const NAME = 'rank-compactor-test';

  test('runs every minute, and when a projector asks for it', () => {
    expect(graph.get(TYPES.schedule, 'rank-compaction-test').inputs).toMatchObject({
      groupName: 'leaderboard-test',
      scheduleExpression: 'rate(1 minute)',
      target: {
        arn: `arn:aws:lambda:${REGION_AND_ACCOUNT}:function:${NAME}`,
        input: '{}',
        deadLetterConfig: { arn: `arn:aws:sqs:${REGION_AND_ACCOUNT}:standings-functions-dlq-test` },
      },
    });
    expect(graph.get(TYPES.function, NAME).inputs).toMatchObject({
      memorySize: 1024,
      timeout: 300,
      reservedConcurrentExecutions: 10,
      code: { archive: 'standings/compactor' },
    });
    expect(graph.get(TYPES.invokeConfig, 'rank-compaction-invocation').inputs).toMatchObject({
      functionName: NAME,
      maximumRetryAttempts: 1,
      maximumEventAgeInSeconds: 300,
    });
  });

  test('knows its tables and the bucket, and has exactly the permissions that it uses', () => {
    expect(variablesOf(graph, NAME)).toMatchObject({
      STANDINGS_TABLE_NAME: 'standings-test',
      RANKS_TABLE_NAME: 'leaderboard-ranks-test',
      RANK_RUNS_BUCKET_NAME: BUCKET,
      POWERTOOLS_SERVICE_NAME: 'rank-compactor',
    });
    const table = `arn:aws:dynamodb:${REGION_AND_ACCOUNT}:table`;
    expect(ownStatementsOf(graph, NAME)).toEqual({
      FindQuietBoards: {
        Effect: 'Allow',
        Action: ['dynamodb:Query'],
        Resource: [`${table}/standings-test`],
      },
      ...readRanksStatements(BUCKET),
      MergeLogs: {
        Effect: 'Allow',
        Action: ['dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'],
        Resource: [`${table}/leaderboard-ranks-test`],
      },
      WriteRuns: {
        Effect: 'Allow',
        Action: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:DeleteObject'],
        Resource: [`arn:aws:s3:::${BUCKET}/*`],
      },
      KeepFailedRuns: {
        Effect: 'Allow',
        Action: ['sqs:SendMessage'],
        Resource: [`arn:aws:sqs:${REGION_AND_ACCOUNT}:standings-functions-dlq-test`],
      },
    });
  });
});

describe('the runs', () => {
  test('are in a private bucket, and no rule expires one', () => {
    expect(graph.get(TYPES.publicAccessBlock, 'rank-runs-private').inputs).toMatchObject({
      bucket: BUCKET,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const policy = graph.get(TYPES.bucketPolicy, 'rank-runs-bucket-policy');
    expect(jsonOf(policy, 'policy')).toMatchObject({
      Statement: [{ Sid: 'DenyWithoutTls', Effect: 'Deny' }],
    });
    const type = 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration';
    expect(graph.get(type, 'rank-runs-lifecycle').inputs['rules']).toEqual([
      {
        id: 'incomplete-uploads',
        status: 'Enabled',
        filter: { prefix: '' },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
    ]);
  });

  test('are named by a table with one partition for each board', () => {
    expect(graph.get(TYPES.table, 'leaderboard-ranks-test').inputs).toMatchObject({
      hashKey: 'board',
      rangeKey: 'entry',
      attributes: [
        { name: 'board', type: 'S' },
        { name: 'entry', type: 'S' },
      ],
      billingMode: 'PAY_PER_REQUEST',
    });
  });
});
