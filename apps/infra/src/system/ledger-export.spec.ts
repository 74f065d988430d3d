import { expect, test } from '@jest/globals';

import { TYPES } from '../graph/resource-types.ts';
import { graphOf, jsonOf, REGION_AND_ACCOUNT, statementsOf } from '../testing/program.ts';

const NAME = 'ledger-export-test';
const LEDGER_ARN = `arn:aws:dynamodb:${REGION_AND_ACCOUNT}:table/leaderboard-data-test`;
const DLQ_ARN = `arn:aws:sqs:${REGION_AND_ACCOUNT}:ledger-export-dlq-test`;
const BUCKET = { 'leaderboard:ledgerExportBucket': 'backups-of-leaderboards' };

test('the ledger is exported only where the stack names a bucket', async () => {
  const names = (await graphOf()).ofType(TYPES.schedule).map(({ inputs }) => inputs['name']);
  expect(names).not.toContain(NAME);
});

test('a schedule exports the ledger once a day, also to a bucket of another account', async () => {
  const graph = await graphOf({ ...BUCKET, 'leaderboard:ledgerExportBucketOwner': '210987654321' });
  const { inputs } = graph.get(TYPES.schedule, NAME);
  expect(inputs).toMatchObject({
    scheduleExpression: 'rate(1 day)',
    target: {
      arn: 'arn:aws:scheduler:::aws-sdk:dynamodb:exportTableToPointInTime',
      deadLetterConfig: { arn: DLQ_ARN },
    },
  });
  expect(JSON.parse((inputs['target'] as { input: string }).input)).toEqual({
    TableArn: LEDGER_ARN,
    S3Bucket: 'backups-of-leaderboards',
    S3BucketOwner: '210987654321',
    S3Prefix: 'leaderboard-data-test',
    ExportFormat: 'DYNAMODB_JSON',
    ClientToken: '<aws.scheduler.execution-id>',
  });
});

test('its role may export this table to this bucket, keep what does not start, and no more', async () => {
  const graph = await graphOf(BUCKET);
  expect(statementsOf(graph, NAME)).toEqual({
    ExportLedger: {
      Effect: 'Allow',
      Action: ['dynamodb:ExportTableToPointInTime'],
      Resource: [LEDGER_ARN],
    },
    WriteExport: {
      Effect: 'Allow',
      Action: ['s3:PutObject', 's3:PutObjectAcl', 's3:AbortMultipartUpload'],
      Resource: ['arn:aws:s3:::backups-of-leaderboards/*'],
    },
    KeepUndeliveredRuns: { Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: [DLQ_ARN] },
  });
  const role = graph.get('aws:iam/role:Role', NAME);
  expect(JSON.stringify(jsonOf(role, 'assumeRolePolicy'))).toContain('scheduler.amazonaws.com');
});
