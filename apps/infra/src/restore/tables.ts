import {
  CreateBackupCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  ListBackupsCommand,
  ListTagsOfResourceCommand,
  ResourceNotFoundException,
  RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  type BackupSummary,
  type ContinuousBackupsDescription,
  type TableDescription,
  type Tag,
} from '@aws-sdk/client-dynamodb';
import { LEDGER_TABLE } from '@leaderboard/tables';

import { RestoreError, waitFor, type RestoreAccount } from './account.ts';
import type { RestoreNames } from './names.ts';

/** @returns undefined when there is no such table */
export async function describeTable(
  TableName: string,
  { dynamoDb }: RestoreAccount,
): Promise<TableDescription | undefined> {
  return ifFound(
    async () => (await dynamoDb.send(new DescribeTableCommand({ TableName }))).Table ?? {},
  );
}

/** @returns undefined when there is no such table */
export async function continuousBackups(
  TableName: string,
  { dynamoDb }: RestoreAccount,
): Promise<ContinuousBackupsDescription | undefined> {
  return ifFound(
    async () =>
      (await dynamoDb.send(new DescribeContinuousBackupsCommand({ TableName })))
        .ContinuousBackupsDescription ?? ({} as ContinuousBackupsDescription),
  );
}

/** The backup of the copy; undefined when there is none. */
export async function backupOfCopy(
  { copy }: RestoreNames,
  { dynamoDb }: RestoreAccount,
): Promise<BackupSummary | undefined> {
  const { BackupSummaries = [] } = await dynamoDb.send(
    new ListBackupsCommand({ TableName: copy, BackupType: 'USER' }),
  );
  return BackupSummaries.find(
    ({ BackupName, BackupStatus }) => BackupName === copy && BackupStatus !== 'DELETED',
  );
}

/** Restores the ledger beside the present one, with its tags, which a restore does not carry over. */
export async function makeCopy(
  names: RestoreNames,
  to: Date,
  account: RestoreAccount,
): Promise<void> {
  const { ledger, copy } = names;
  if ((await describeTable(copy, account)) === undefined) {
    await account.dynamoDb.send(
      new RestoreTableToPointInTimeCommand({
        SourceTableName: ledger,
        TargetTableName: copy,
        RestoreDateTime: to,
      }),
    );
  }
  await finishCopy(names, account);
}

/** Waits until the copy is there, and gives it the settings of the ledger. */
export async function finishCopy(
  { ledger, copy }: RestoreNames,
  account: RestoreAccount,
): Promise<void> {
  const restored = await untilActive(copy, account);
  const source = await describeTable(ledger, account);
  // A run that was stopped after it had begun to delete the ledger: the copy has its settings already.
  if (source === undefined || source.TableStatus === 'DELETING') return;
  // It may be changing still, where that run had only taken off its protection.
  await takeSettings(await untilActive(ledger, account), restored, account);
}

export async function makeBackup(names: RestoreNames, account: RestoreAccount): Promise<string> {
  const { copy } = names;
  if ((await backupOfCopy(names, account)) === undefined) {
    await account.dynamoDb.send(new CreateBackupCommand({ TableName: copy, BackupName: copy }));
  }
  return waitFor(
    `the backup of ${copy} is available`,
    async () => {
      const backup = await backupOfCopy(names, account);
      return backup?.BackupStatus === 'AVAILABLE' ? backup.BackupArn : undefined;
    },
    account,
  );
}

/** Whether the ledger is the one that a restore to this time has put in its place. */
export function isRestored(ledger: TableDescription | undefined, backupArn: string): boolean {
  return ledger?.RestoreSummary?.SourceBackupArn === backupArn;
}

/** Puts the backup of the copy in the place of the ledger. The copy stays, and so does DynamoDB's backup of the deleted table. */
export async function replaceLedger(
  { ledger, copy }: RestoreNames,
  backupArn: string,
  account: RestoreAccount,
): Promise<void> {
  const { dynamoDb } = account;
  const present = await describeTable(ledger, account);
  if (present !== undefined && !isRestored(present, backupArn)) {
    if (present.TableStatus !== 'DELETING') {
      if (present.DeletionProtectionEnabled === true) {
        await dynamoDb.send(
          new UpdateTableCommand({ TableName: ledger, DeletionProtectionEnabled: false }),
        );
        await untilActive(ledger, account);
      }
      await dynamoDb.send(new DeleteTableCommand({ TableName: ledger }));
    }
    await waitFor(
      `${ledger} is deleted`,
      async () => (await describeTable(ledger, account)) === undefined || undefined,
      account,
    );
  }
  if (!isRestored(await describeTable(ledger, account), backupArn)) {
    await dynamoDb.send(
      new RestoreTableFromBackupCommand({ TargetTableName: ledger, BackupArn: backupArn }),
    );
  }
  const restored = await untilActive(ledger, account);
  const source = await describeTable(copy, account);
  if (source === undefined) {
    throw new RestoreError(
      `${copy} is gone: it has the tags and the deletion protection that ${ledger} needs. Set both by hand, and run infra:up.`,
    );
  }
  await takeSettings(source, restored, account);
  await enableStream(ledger, account);
  await enableRecovery(ledger, account);
}

/** Sets what a restore leaves out and the copy or the old table still has: tags, which say whose the ledger is, and protection. */
async function takeSettings(
  from: TableDescription,
  to: TableDescription,
  account: RestoreAccount,
): Promise<void> {
  const { dynamoDb } = account;
  const Tags = (await tagsOf(from.TableArn ?? '', account)).filter(
    ({ Key = '' }) => !Key.startsWith('aws:'),
  );
  if (Tags.length > 0) {
    await dynamoDb.send(new TagResourceCommand({ ResourceArn: to.TableArn, Tags }));
  }
  if (from.DeletionProtectionEnabled === true && to.DeletionProtectionEnabled !== true) {
    const { TableName = '' } = to;
    await dynamoDb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
    await untilActive(TableName, account);
  }
}

async function tagsOf(ResourceArn: string, { dynamoDb }: RestoreAccount): Promise<Tag[]> {
  const tags: Tag[] = [];
  let NextToken: string | undefined;
  do {
    const page = await dynamoDb.send(
      new ListTagsOfResourceCommand({ ResourceArn, ...(NextToken !== undefined && { NextToken }) }),
    );
    tags.push(...(page.Tags ?? []));
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return tags;
}

async function enableStream(TableName: string, account: RestoreAccount): Promise<void> {
  const table = await describeTable(TableName, account);
  if (table?.StreamSpecification?.StreamEnabled === true) return;
  await account.dynamoDb.send(
    new UpdateTableCommand({
      TableName,
      StreamSpecification: { StreamEnabled: true, StreamViewType: LEDGER_TABLE.stream },
    }),
  );
  await untilActive(TableName, account);
}

async function enableRecovery(TableName: string, account: RestoreAccount): Promise<void> {
  if (isRecoverable(await continuousBackups(TableName, account))) return;
  await waitFor(
    `point-in-time recovery of ${TableName} can be enabled`,
    async () => {
      try {
        await account.dynamoDb.send(
          new UpdateContinuousBackupsCommand({
            TableName,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          }),
        );
        return true;
      } catch (error) {
        // "Backups have not yet been enabled for this table": shortly after a table was made.
        if ((error as Error).name === 'ContinuousBackupsUnavailableException') return undefined;
        throw error;
      }
    },
    account,
  );
}

export function isRecoverable(backups: ContinuousBackupsDescription | undefined): boolean {
  return backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED';
}

function untilActive(name: string, account: RestoreAccount): Promise<TableDescription> {
  return waitFor(
    `${name} is active`,
    async () => {
      const table = await describeTable(name, account);
      const isReady =
        table?.TableStatus === 'ACTIVE' && table.RestoreSummary?.RestoreInProgress !== true;
      return isReady ? table : undefined;
    },
    account,
  );
}

async function ifFound<Found>(read: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    if ((error as Error).name === 'TableNotFoundException') return undefined;
    throw error;
  }
}
