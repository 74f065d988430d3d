import { beforeEach, expect, test } from '@jest/globals';

import { RestorableAccount } from '../testing/restorable-account.ts';
import { exportLedger } from './export-ledger.ts';

const LEDGER = 'leaderboard-data-prod';
const bucket = 'backups-of-leaderboards';

let aws: RestorableAccount<string>;

beforeEach(() => {
  aws = new RestorableAccount<string>(
    { read: () => Promise.resolve(['an update']), write: () => Promise.resolve() },
    () => 0,
  );
  aws.addTable(LEDGER, { recovery: true });
});

test('exports the ledger to a bucket of another account, and waits until it is there', async () => {
  const done = await exportLedger('prod', { bucket, bucketOwner: '210987654321' }, aws.account);
  expect(done).toMatchObject({ ExportStatus: 'COMPLETED', ItemCount: 1 });
  expect(aws.exports).toEqual([
    {
      TableArn: `arn:table/${LEDGER}`,
      S3Bucket: bucket,
      S3BucketOwner: '210987654321',
      ExportFormat: 'DYNAMODB_JSON',
    },
  ]);
});

test('fails with the reason when DynamoDB cannot write to the bucket', async () => {
  aws.exportFailure = { code: 'S3AccessDenied', message: 'Access denied to the bucket' };
  await expect(exportLedger('prod', { bucket }, aws.account)).rejects.toThrow(
    `to ${bucket} failed: S3AccessDenied, Access denied to the bucket`,
  );
});

test('fails without the ledger', async () => {
  await expect(exportLedger('other', { bucket }, aws.account)).rejects.toThrow(
    'There is no table leaderboard-data-other',
  );
});
