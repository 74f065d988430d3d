import type { TableDescription } from '@aws-sdk/client-dynamodb';

import { RestoreError, type RestoreAccount } from './account.ts';
import { exportAddress, type ExportFolder } from './export-folder.ts';
import { importCopy } from './import-copy.ts';
import { isPaused, pause, processorMapping } from './intake-pause.ts';
import { restoreNames, type RestoreNames } from './names.ts';
import {
  backupOfCopy,
  continuousBackups,
  describeTable,
  isRecoverable,
  isRestored,
  makeBackup,
  makeCopy,
  replaceLedger,
} from './tables.ts';

/** Where a restore is, read from the account: nothing else stores it. */
export interface RestorePlan {
  readonly names: RestoreNames;
  /** The time to which the ledger goes back: of an export, when it was begun. */
  readonly to: Date;
  /** The export that it is restored from; undefined for point-in-time recovery. */
  readonly from: ExportFolder | undefined;
  /** `none`: nothing is done; `copied`: the ledger at that time is there beside the present one; `replaced`: in its place. */
  readonly stage: 'none' | 'copied' | 'replaced';
  /** Whether the processor's mapping is disabled. */
  readonly isPaused: boolean;
  /** Length in ms of what the ledger loses, at most. */
  readonly lostMs: number;
  /** Items and bytes of the ledger, as DynamoDB counted them in the last 6 hours; undefined when the ledger is deleted. */
  readonly items: number | undefined;
  readonly bytes: number | undefined;
}

/**
 * Checks that the ledger can be restored, and says what that means. Changes nothing.
 *
 * @param environment the suffix of the stack's names
 * @param source the time, or an export; the fraction of a second of a time is dropped, as DynamoDB restores to whole seconds
 * @throws {RestoreError} when the ledger cannot be restored to that time, or something is missing
 */
export async function planRestore(
  environment: string,
  source: Date | ExportFolder,
  account: RestoreAccount,
): Promise<RestorePlan> {
  const from = source instanceof Date ? undefined : source;
  const to = source instanceof Date ? wholeSecond(source) : source.exportedAt;
  const names = restoreNames(environment, from ?? to);
  const lostMs = account.now() - to.getTime();
  if (lostMs <= 0) {
    throw new RestoreError(`${to.toISOString()} is not in the past. Name an earlier time.`);
  }
  const mapping = await processorMapping(names, account);
  if ((await describeTable(names.processedEvents, account)) === undefined) {
    throw new RestoreError(
      `There is no table ${names.processedEvents}. Restore its system backup under that name first (aws dynamodb list-backups ` +
        '--backup-type SYSTEM, restore-table-from-backup); its heads and markers are rebuilt from the ledger.',
    );
  }
  const ledger = await describeTable(names.ledger, account);
  const stage = await stageOf(names, ledger, account);
  if (stage === 'none' && from === undefined) await checkWindow(names, to, account);
  return {
    names,
    to,
    from,
    stage,
    isPaused: isPaused(mapping),
    lostMs,
    items: ledger?.ItemCount,
    bytes: ledger?.TableSizeBytes,
  };
}

function wholeSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1_000) * 1_000);
}

async function stageOf(
  names: RestoreNames,
  ledger: TableDescription | undefined,
  account: RestoreAccount,
): Promise<RestorePlan['stage']> {
  const copy = await describeTable(names.copy, account);
  const backup = await backupOfCopy(names, account);
  if (backup?.BackupArn !== undefined && isRestored(ledger, backup.BackupArn)) return 'replaced';
  if (copy !== undefined) return 'copied';
  return 'none';
}

async function checkWindow(
  { ledger }: RestoreNames,
  to: Date,
  account: RestoreAccount,
): Promise<void> {
  const backups = await continuousBackups(ledger, account);
  if (backups === undefined) {
    throw new RestoreError(
      `There is no table ${ledger}. A deleted table has no recovery to a time: restore its system backup under its name ` +
        '(aws dynamodb list-backups --backup-type SYSTEM, restore-table-from-backup), then run processor:rebuild.',
    );
  }
  if (!isRecoverable(backups)) {
    throw new RestoreError(
      `${ledger} has no point-in-time recovery, so it cannot be restored to ${to.toISOString()}. Enable it (infra:up) for what ` +
        'comes, and look for an on-demand backup (aws dynamodb list-backups).',
    );
  }
  const { EarliestRestorableDateTime: earliest, LatestRestorableDateTime: latest } =
    backups.PointInTimeRecoveryDescription ?? {};
  if ((earliest && to < earliest) || (latest && to > latest)) {
    throw new RestoreError(
      `${ledger} can be restored to a time from ${String(earliest?.toISOString())} to ${String(latest?.toISOString())}, not to ` +
        `${to.toISOString()}.`,
    );
  }
}

/**
 * Restores the ledger to a time, or from an export, and puts it in its place, then rebuilds heads and markers. It can be stopped and repeated at
 * any moment: every step looks at the account first. At the end the mapping is still disabled: `infra:up` connects the
 * stream of the new table and enables it.
 *
 * @param rebuildHeads runs `processor:rebuild --apply`; resolves to its exit code
 * @throws {RestoreError}
 */
export async function runRestore(
  plan: RestorePlan,
  account: RestoreAccount,
  rebuildHeads: (names: RestoreNames) => Promise<number>,
): Promise<void> {
  const { names, to, from } = plan;
  if (plan.stage === 'replaced' && !plan.isPaused) {
    throw new RestoreError(
      `${names.ledger} is restored to ${to.toISOString()}, and in service. To rebuild heads and markers again, disable the ` +
        `mapping of ${names.processor} first.`,
    );
  }
  account.report(`1/5 pause ${names.processor}`);
  await pause(names, account);
  if (plan.stage !== 'replaced') {
    if (from === undefined) {
      account.report(`2/5 restore ${names.ledger} to ${to.toISOString()}, as ${names.copy}`);
      await makeCopy(names, to, account);
    } else {
      account.report(`2/5 import ${exportAddress(from)}, as ${names.copy}`);
      await importCopy(names, from, account);
    }
  }
  account.report(`3/5 back up ${names.copy}`);
  const backupArn = await makeBackup(names, account);
  account.report(`4/5 put it in the place of ${names.ledger}`);
  await replaceLedger(names, backupArn, account);
  account.report(`5/5 rebuild heads and markers of ${names.processedEvents}`);
  const exitCode = await rebuildHeads(names);
  if (exitCode !== 0) {
    throw new RestoreError(
      `processor:rebuild ended with ${exitCode}. Correct what it names above, and run the same command again.`,
    );
  }
}
