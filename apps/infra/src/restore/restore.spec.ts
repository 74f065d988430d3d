import { beforeEach, expect, test } from '@jest/globals';

import { RestorableAccount } from '../testing/restorable-account.ts';
import { describePlan } from './describe.ts';
import { parseExportFolder, type ExportFolder } from './export-folder.ts';
import { planRestore, runRestore, type RestorePlan } from './restore.ts';

interface Entry {
  readonly id: string;
  readonly writtenAt: number;
}

const LEDGER = 'leaderboard-data-prod';
const PROCESSED_EVENTS = 'processed-events-prod';
const COPY = 'leaderboard-data-prod-at-20261121T093000Z';
const TO = new Date('2026-11-21T09:30:00.400Z');
const EXPORT = parseExportFolder(
  `s3://backups/prod/AWSDynamoDB/0${TO.getTime()}-a1b2c3d4/manifest-summary.json`,
  '210987654321',
);
/** What the ledger is restored to, by the request that makes the copy. */
const SOURCES = [
  ['RestoreTableToPointInTime', TO],
  ['ImportTable', EXPORT],
] as const;
const NOW = new Date('2026-11-21T10:30:00Z').getTime();
const KEPT = [{ id: 'kept', writtenAt: NOW - 4_000_000 }];
const LOST = [{ id: 'lost', writtenAt: NOW - 1_000 }];
const TAGS = { Environment: 'prod', 'leaderboard:stack': 'prod' };

let items: Map<string, Entry[]>;
let aws: RestorableAccount<Entry>;
let rebuilt: number;

beforeEach(() => {
  ({ aws, items } = anAccount());
  rebuilt = 0;
});

function anAccount() {
  const items = new Map([[LEDGER, [...KEPT, ...LOST]]]);
  const aws = new RestorableAccount<Entry>(
    {
      read: (table, at = Infinity) =>
        Promise.resolve((items.get(table) ?? []).filter(({ writtenAt }) => writtenAt <= at)),
      write: (table, content) => Promise.resolve(void items.set(table, content)),
    },
    () => NOW,
  );
  aws.addTable(LEDGER, { protection: true, stream: true, recovery: true, tags: { ...TAGS } });
  aws.addTable(PROCESSED_EVENTS);
  aws.recoveryWindow = { earliest: NOW - 35 * 86_400_000, latest: NOW - 300_000 };
  aws.messages.set('leaderboard-updates-prod.fifo', { waiting: 3, inFlight: 2, isRead: false });
  aws.messages.set('standings-updates-prod.fifo', { waiting: 2, inFlight: 0, isRead: true });
  aws.exported = { items: KEPT, errors: 0 };
  return { aws, items };
}

const plan = (source: Date | ExportFolder = TO): Promise<RestorePlan> =>
  planRestore('prod', source, aws.account);

/** One process of the command. @param exitCode of the command that rebuilds heads and markers */
async function run(exitCode = 0, source: Date | ExportFolder = TO): Promise<void> {
  await runRestore(await plan(source), aws.account, () => {
    rebuilt += 1;
    return Promise.resolve(exitCode);
  });
}

function expectRestored(): void {
  expect(items.get(LEDGER)).toEqual(KEPT);
  expect(aws.tables.get(LEDGER)).toMatchObject({
    protection: true,
    tags: TAGS,
    stream: true,
    recovery: true,
  });
  expect(aws.mapping?.State).toBe('Disabled');
  expect(rebuilt).toBeGreaterThan(0);
}

test('a plan says what is lost and changes nothing', async () => {
  const found = await plan();
  expect(found).toMatchObject({ stage: 'none', isPaused: false, lostMs: 3_600_000 });
  expect(describePlan(found)).toContain(
    'every update that was accepted after that time, in 60 minutes',
  );
  expect(aws.calls.filter((call) => !/^(Describe|List)/.test(call))).toEqual([]);
});

test('a run puts the ledger of that time in its place, with the settings that a restore leaves out', async () => {
  await run();
  expectRestored();
  expect(items.get(COPY)).toEqual(KEPT);
});

test('nothing is in flight before the ledger is touched; what waits in the main queue stays there', async () => {
  await run();
  const before = aws.calls.slice(0, aws.calls.indexOf('RestoreTableToPointInTime'));
  expect(before).toContain('UpdateEventSourceMapping');
  expect(aws.messages.get('leaderboard-updates-prod.fifo')).toMatchObject({
    waiting: 3,
    inFlight: 0,
  });
  expect(aws.messages.get('standings-updates-prod.fifo')).toMatchObject({
    waiting: 0,
    inFlight: 0,
  });
});

test('the ledger is deleted only once its backup of that time is available', async () => {
  await run();
  const deleted = aws.calls.indexOf('DeleteTable');
  expect(aws.calls.slice(0, deleted)).toContain('CreateBackup');
  expect(aws.calls.filter((call) => call === 'DeleteTable')).toHaveLength(1);
});

test('from an export of another account: the ledger of that moment, as a table like the present one', async () => {
  expect(describePlan(await plan(EXPORT))).toContain(
    'to 2026-11-21T09:30:00.400Z from s3://backups/prod/AWSDynamoDB/01795253400400-a1b2c3d4:',
  );
  await run(0, EXPORT);
  expectRestored();
  expect(aws.imports).toEqual([
    {
      S3BucketSource: {
        S3Bucket: 'backups',
        S3BucketOwner: '210987654321',
        S3KeyPrefix: 'prod/AWSDynamoDB/01795253400400-a1b2c3d4/data/',
      },
      InputFormat: 'DYNAMODB_JSON',
      InputCompressionType: 'GZIP',
      TableCreationParameters: {
        TableName: 'leaderboard-data-prod-from-01795253400400-a1b2c3d4',
        AttributeDefinitions: [
          { AttributeName: 'player_id', AttributeType: 'S' },
          { AttributeName: 'timestamp', AttributeType: 'N' },
        ],
        KeySchema: [
          { AttributeName: 'player_id', KeyType: 'HASH' },
          { AttributeName: 'timestamp', KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
      },
    },
  ]);
});

test.each([
  [{ items: [], errors: 2 }, '2 items of the export could not be imported'],
  [
    { items: [], errors: 0, failure: 'Access denied to the bucket' },
    'ended with FAILED: Access denied to the bucket. Correct that, delete leaderboard-data-prod-from-',
  ],
])(
  'an export that was not imported whole does not take the place of the ledger: %j',
  async (exported, message) => {
    aws.exported = exported;
    await expect(run(0, EXPORT)).rejects.toThrow(message);
    expect(items.get(LEDGER)).toEqual([...KEPT, ...LOST]);
  },
);

test.each(SOURCES)(
  'a run by %s that is stopped at any call, before or after the account has done it, is finished by the next one',
  async (_, source) => {
    await run(0, source);
    const calls = aws.calls.length;
    for (let atCall = 1; atCall <= calls; atCall += 1) {
      for (const isDone of [false, true]) {
        ({ aws, items } = anAccount());
        rebuilt = 0;
        aws.crash = { atCall, isDone };
        await expect(run(0, source)).rejects.toThrow('crash');
        await run(0, source);
        expectRestored();
      }
    }
  },
);

test('a run after heads and markers could not be rebuilt rebuilds them again, and nothing else', async () => {
  await expect(run(1)).rejects.toThrow('processor:rebuild ended with 1');
  const before = aws.calls.length;
  await run();
  expect(rebuilt).toBe(2);
  expect(aws.calls.slice(before).filter((call) => /^(Restore|Create|Delete)/.test(call))).toEqual(
    [],
  );
});

test('once the stack is in service again, a run changes nothing', async () => {
  await run();
  aws.mapping = { UUID: 'mapping', State: 'Enabled' };
  await expect(run()).rejects.toThrow('is restored to 2026-11-21T09:30:00.000Z, and in service');
  expect(aws.mapping.State).toBe('Enabled');
  expect(rebuilt).toBe(1);
});

test.each([
  ['a time that is not in the past', NOW, 'is not in the past'],
  ['a time that DynamoDB cannot restore to yet', NOW - 60_000, 'can be restored to a time from'],
  ['a time that is too long ago', NOW - 36 * 86_400_000, 'can be restored to a time from'],
])('refuses %s', async (_what, to, message) => {
  await expect(plan(new Date(to))).rejects.toThrow(message);
});

test('refuses without the tables, recovery or the mapping, and says what to do', async () => {
  aws.tables.delete(LEDGER);
  await expect(plan()).rejects.toThrow('restore its system backup under its name');
  aws.addTable(LEDGER);
  await expect(plan()).rejects.toThrow('has no point-in-time recovery');
  aws.tables.delete(PROCESSED_EVENTS);
  await expect(plan()).rejects.toThrow(`There is no table ${PROCESSED_EVENTS}`);
  aws.mapping = undefined;
  await expect(plan()).rejects.toThrow('has 0 event source mappings, not 1');
});
