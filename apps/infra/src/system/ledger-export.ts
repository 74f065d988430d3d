import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

import type { DynamoDbTable } from '../components/dynamodb-table.ts';
import { allowPolicy, boundedBy, trustPolicyFor } from '../components/policy.ts';
import { declareDeadLetterQueue } from './dead-letters.ts';
import type { StackScope } from './stack-scope.ts';

/** Retries of a run that DynamoDB does not accept, and for how long, in s: below a day, after which the next one runs. */
const RETRIES = { maximumRetryAttempts: 20, maximumEventAgeInSeconds: 43_200 };

/**
 * Declares a daily export of the ledger to a bucket, if the stack names one. Scheduler calls DynamoDB itself, without a function, and an
 * export reads the continuous backup, not the table.
 */
export function declareLedgerExport(
  scope: StackScope,
  ledger: DynamoDbTable,
  group: aws.scheduler.ScheduleGroup,
): void {
  const { config, named, tags, provider } = scope;
  const { ledgerExportBucket: bucket, ledgerExportBucketOwner: owner } = config;
  if (bucket === undefined) return;
  const name = named('ledger-export');
  const deadLetters = declareDeadLetterQueue(scope, 'ledger-export-dlq', {
    meaning: 'The daily export of the ledger did not start: the copy in the bucket is old.',
    severity: 'ticket',
    depthAlarmThreshold: 1,
  });
  const role = new aws.iam.Role(
    'ledger-export-role',
    {
      name,
      description: 'Lets the schedule export the ledger to a bucket',
      assumeRolePolicy: trustPolicyFor('scheduler.amazonaws.com', group.arn),
      ...boundedBy(config.permissionsBoundaryArn),
      tags,
    },
    { provider },
  );
  const policy = new aws.iam.RolePolicy(
    'ledger-export-policy',
    {
      name: 'export',
      role: role.name,
      policy: allowPolicy([
        {
          sid: 'ExportLedger',
          actions: ['dynamodb:ExportTableToPointInTime'],
          resources: [ledger.table.arn],
        },
        {
          // DynamoDB writes the objects as the role that asked for the export.
          sid: 'WriteExport',
          actions: ['s3:PutObject', 's3:PutObjectAcl', 's3:AbortMultipartUpload'],
          resources: [`arn:aws:s3:::${bucket}/*`],
        },
        {
          sid: 'KeepUndeliveredRuns',
          actions: ['sqs:SendMessage'],
          resources: [deadLetters.queue.arn],
        },
      ]),
    },
    { provider },
  );
  new aws.scheduler.Schedule(
    'ledger-export-schedule',
    {
      name,
      groupName: group.name,
      scheduleExpression: 'rate(1 day)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: 'arn:aws:scheduler:::aws-sdk:dynamodb:exportTableToPointInTime',
        roleArn: role.arn,
        input: pulumi.jsonStringify({
          TableArn: ledger.table.arn,
          S3Bucket: bucket,
          ...(owner !== undefined && { S3BucketOwner: owner }),
          S3Prefix: ledger.table.name,
          ExportFormat: 'DYNAMODB_JSON',
          // The same for all attempts of a run, so that a retry does not export, and bill, a second time.
          ClientToken: '<aws.scheduler.execution-id>',
        }),
        retryPolicy: RETRIES,
        deadLetterConfig: { arn: deadLetters.queue.arn },
      },
    },
    { provider, dependsOn: [policy] },
  );
}
