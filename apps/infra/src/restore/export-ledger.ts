import {
  DescribeExportCommand,
  ExportTableToPointInTimeCommand,
  type ExportDescription,
} from '@aws-sdk/client-dynamodb';
import { LEDGER_TABLE } from '@leaderboard/tables';

import { RestoreError, waitFor, type RestoreAccount } from './account.ts';
import { describeTable } from './tables.ts';

export interface ExportTarget {
  /** The bucket; it may be in another account or region. */
  readonly bucket: string;
  /** Id of the account that has the bucket, where that is another one. */
  readonly bucketOwner?: string | undefined;
  /** What the keys of the objects begin with. */
  readonly prefix?: string | undefined;
}

/**
 * Exports the ledger, as it is now, to S3 in DynamoDB's JSON, and waits until all of it is there. It reads DynamoDB's continuous
 * backup: the table's capacity is not used. The bucket can be in an account that nobody of this one can delete from.
 *
 * @param environment the suffix of the stack's names
 * @throws {RestoreError} when there is no ledger, or the export failed
 * @throws the error of the SDK when the export was refused, as without point-in-time recovery
 */
export async function exportLedger(
  environment: string,
  { bucket, bucketOwner, prefix }: ExportTarget,
  account: RestoreAccount,
): Promise<ExportDescription> {
  const ledger = `${LEDGER_TABLE.name}-${environment}`;
  const table = await describeTable(ledger, account);
  if (table === undefined) {
    throw new RestoreError(
      `There is no table ${ledger}. Check --environment, AWS_PROFILE and AWS_REGION.`,
    );
  }
  const { ExportDescription: begun } = await account.dynamoDb.send(
    new ExportTableToPointInTimeCommand({
      TableArn: table.TableArn,
      S3Bucket: bucket,
      ExportFormat: 'DYNAMODB_JSON',
      ...(bucketOwner !== undefined && { S3BucketOwner: bucketOwner }),
      ...(prefix !== undefined && { S3Prefix: prefix }),
    }),
  );
  const ended = await waitFor(
    `${ledger} is in ${bucket}`,
    async () => {
      const { ExportDescription: now } = await account.dynamoDb.send(
        new DescribeExportCommand({ ExportArn: begun?.ExportArn }),
      );
      return now?.ExportStatus === 'IN_PROGRESS' ? undefined : now;
    },
    account,
  );
  if (ended.ExportStatus === 'COMPLETED') return ended;
  throw new RestoreError(
    `The export of ${ledger} to ${bucket} failed: ${String(ended.FailureCode)}, ${String(ended.FailureMessage)}. Correct that and ` +
      'run the command again.',
  );
}
