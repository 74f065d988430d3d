import {
  DescribeImportCommand,
  ImportTableCommand,
  ListImportsCommand,
  type ImportTableDescription,
} from '@aws-sdk/client-dynamodb';
import { LEDGER_TABLE } from '@leaderboard/tables';

import { RestoreError, waitFor, type RestoreAccount } from './account.ts';
import { exportAddress, type ExportFolder } from './export-folder.ts';
import type { RestoreNames } from './names.ts';
import { describeTable, finishCopy } from './tables.ts';

/**
 * Imports an export of the ledger beside the present one.
 *
 * @throws {RestoreError} when DynamoDB could not import all of it
 */
export async function importCopy(
  names: RestoreNames,
  from: ExportFolder,
  account: RestoreAccount,
): Promise<void> {
  const { copy } = names;
  const importArn = (await importOf(copy, account)) ?? (await beginImport(copy, from, account));
  const ended = await waitFor(
    `${exportAddress(from)} is imported as ${copy}`,
    async () => {
      const { ImportTableDescription: now } = await account.dynamoDb.send(
        new DescribeImportCommand({ ImportArn: importArn }),
      );
      return now?.ImportStatus === 'IN_PROGRESS' ? undefined : now;
    },
    account,
  );
  checkImport(copy, ended);
  await finishCopy(names, account);
}

/** The import that made the table of the copy; undefined when there is no such table. */
async function importOf(copy: string, account: RestoreAccount): Promise<string | undefined> {
  const table = await describeTable(copy, account);
  if (table === undefined) return undefined;
  const { ImportSummaryList = [] } = await account.dynamoDb.send(
    new ListImportsCommand({ TableArn: table.TableArn }),
  );
  const [found] = ImportSummaryList;
  if (found?.ImportArn !== undefined) return found.ImportArn;
  throw new RestoreError(
    `The table ${copy} is there, and no import has made it. Delete it, then run the command again.`,
  );
}

async function beginImport(
  copy: string,
  { bucket, bucketOwner, prefix }: ExportFolder,
  account: RestoreAccount,
): Promise<string | undefined> {
  const keys = [LEDGER_TABLE.partitionKey, LEDGER_TABLE.sortKey];
  const { ImportTableDescription: begun } = await account.dynamoDb.send(
    new ImportTableCommand({
      S3BucketSource: {
        S3Bucket: bucket,
        ...(bucketOwner !== undefined && { S3BucketOwner: bucketOwner }),
        S3KeyPrefix: `${prefix}/data/`,
      },
      InputFormat: 'DYNAMODB_JSON',
      InputCompressionType: 'GZIP',
      TableCreationParameters: {
        TableName: copy,
        AttributeDefinitions: keys.map(({ name, type }) => ({
          AttributeName: name,
          AttributeType: type,
        })),
        KeySchema: keys.map(({ name }, index) => ({
          AttributeName: name,
          KeyType: index === 0 ? 'HASH' : 'RANGE',
        })),
        BillingMode: 'PAY_PER_REQUEST',
      },
    }),
  );
  return begun?.ImportArn;
}

function checkImport(copy: string, ended: ImportTableDescription): void {
  const again = `Correct that, delete ${copy} if it is there, and run the command again.`;
  if (ended.ImportStatus !== 'COMPLETED') {
    throw new RestoreError(
      `The import of ${copy} ended with ${String(ended.ImportStatus)}: ${ended.FailureMessage ?? 'DynamoDB gives no reason'}. ${again}`,
    );
  }
  if ((ended.ErrorCount ?? 0) > 0) {
    throw new RestoreError(
      `${String(ended.ErrorCount)} items of the export could not be imported; the log group ${String(ended.CloudWatchLogGroupArn)} ` +
        `names them. ${again}`,
    );
  }
}
