import { alarmThreshold, logRetention, messageAgeAlarm } from './service-limits.ts';
import { choice, flag, integer, list, optionalInteger, optionalText } from './setting.ts';

const TOPIC_ARN = {
  pattern: /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
  shape: 'the ARN of an SNS topic',
  source: 'CloudWatch: PutMetricAlarm',
};

/** The settings of logs, alarms and the protection of tables. */
export const OPERATIONS_SETTINGS = {
  logRetentionDays: logRetention({
    default: 7,
    about: "Retention of the functions' log groups",
  }),
  tracing: choice({
    default: 'active',
    values: ['active', 'off'],
    about:
      'Whether X-Ray records one request a second and 5 % of the others, of each function that is not on a schedule and of the intake',
    source: 'X-Ray pricing: traces recorded; Lambda: sampling',
  }),
  alarms: choice({
    default: 'all',
    values: ['all', 'minimal'],
    about:
      'With `minimal` only the alarms that page and those on dead-letter queues, and no operations dashboard: for a stack that is mostly idle',
    source: 'CloudWatch pricing: alarms and dashboards',
  }),
  alarmPeriodSeconds: integer({
    default: 300,
    min: 60,
    max: 86_400,
    multipleOf: 60,
    unit: 's',
    about: 'Period over which every alarm evaluates its metric',
    source: 'CloudWatch: PutMetricAlarm',
  }),
  dlqDepthAlarmThreshold: alarmThreshold({
    default: 10,
    unit: 'messages',
    about: 'Alarm when the dead-letter queue of the main queue holds this many messages or more',
  }),
  messageAgeAlarmSeconds: messageAgeAlarm({
    default: 300,
    about: 'Alarm when the oldest message in the main or the standings queue is this old or older',
  }),
  deadLetterAgeAlarmSeconds: messageAgeAlarm({
    default: 604_800,
    about:
      'Alarm when the oldest dead letter is this old or older: SQS deletes it at the end of its retention',
  }),
  updateErrorAlarmThreshold: alarmThreshold({
    default: 10,
    unit: 'failures',
    about: 'Alarm when this many valid updates or more failed within one period',
  }),
  alarmTopicArn: optionalText({
    ...TOPIC_ARN,
    about:
      'SNS topic that is notified when an alarm fires and when it ends; without it alarms only show in CloudWatch, which a stack or suffix that begins with `prod` rejects',
  }),
  ticketTopicArn: optionalText({
    ...TOPIC_ARN,
    about:
      'SNS topic for the alarms that can wait for the next working day; without it they notify `alarmTopicArn` like those that page',
  }),
  monthlyBudgetDollars: optionalInteger({
    min: 1,
    max: 10_000_000,
    unit: 'US dollars a month',
    about:
      'Budget of the whole account, which one stack should have for itself; `budgetEmail` hears at 80 % of it, and when the forecast is above it',
    source: 'AWS Budgets: cost budgets',
  }),
  budgetEmail: optionalText({
    pattern: /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/,
    shape: 'an e-mail address',
    about: 'Who is told about the budget; only with `monthlyBudgetDollars`',
    source: 'AWS Budgets: notifications',
  }),
  allowedAccountIds: list({
    pattern: /^\d{12}$/,
    shape: 'ids of AWS accounts of 12 digits, separated by commas; quote a single one',
    about: 'Accounts that the stack may be deployed to; without it any account',
    source: 'Pulumi AWS provider: allowedAccountIds',
  }),
  permissionsBoundaryArn: optionalText({
    pattern: /^arn:aws[a-z-]*:iam::(?:\d{12}|aws):policy\/[\w+=,.@/-]{1,640}$/,
    shape: 'the ARN of a managed policy',
    about: 'Managed policy that bounds what every role of the stack may be allowed',
    source: 'IAM: permissions boundaries',
  }),
  protectTables: flag({
    default: ({ environmentSuffix }) => environmentSuffix !== 'dev',
    defaultText: '`true`, but `false` where the environment suffix is `dev`',
    about:
      'Protect tables and queues: an update that would replace or delete one fails, and destroying the stack leaves them',
    source: 'the ledger is the truth, and queues hold what is not in it yet',
  }),
  tableKey: choice({
    default: 'aws-owned',
    values: ['aws-owned', 'aws-managed'],
    about:
      'KMS key that encrypts the tables: one that AWS owns, free of charge, or `aws/dynamodb` of the account, whose use CloudTrail shows and KMS bills',
    source: 'DynamoDB: encryption at rest',
  }),
  ledgerExportBucket: optionalText({
    pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    shape: 'the name of an S3 bucket',
    about:
      'Bucket, of any account and region, to which the whole ledger is exported once a day; its policy must let the role `ledger-export-{env}` write to it',
    source: 'DynamoDB: ExportTableToPointInTime; S3: bucket naming rules',
  }),
  ledgerExportBucketOwner: optionalText({
    pattern: /^\d{12}$/,
    shape: 'the id of an AWS account, of 12 digits, in quotes',
    about: 'Account of `ledgerExportBucket`, where it is another one',
    source: 'DynamoDB: ExportTableToPointInTime',
  }),
  adoptTables: flag({
    default: () => false,
    defaultText: '`false`',
    about:
      'Take over tables that already exist under their names, for example those that a destroyed stack left behind',
    source: 'protectTables',
  }),
};
