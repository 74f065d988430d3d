import { choice, flag, integer, integerOrNone, optionalText } from './setting-kinds.ts';
import { LOG_LEVELS, LOG_RETENTION_DAYS } from './allowed-values.ts';
import { INTAKE_CONFIG_OPTIONS } from './intake-settings.ts';
import { LEADERBOARD_CONFIG_OPTIONS } from './leaderboard-settings.ts';

/**
 * Every setting of a stack under `leaderboard:`, apart from `environmentSuffix`. A default is what
 * the system is sized for; a range is the service's own limit, or narrower where an invariant of the system needs it.
 */
export const CONFIG_OPTIONS = {
  mainQueueRetentionSeconds: integer({
    default: 345_600,
    min: 60,
    max: 1_209_600,
    unit: 's',
    about: 'How long the main queue keeps an update',
    source: 'SQS quotas: message retention',
  }),
  mainQueueVisibilityTimeoutSeconds: integer({
    default: 60,
    min: 1,
    max: 43_200,
    unit: 's',
    about:
      'How long a received update stays hidden; not below the function timeout, AWS advises 6 times it',
    source: 'SQS quotas: message visibility timeout',
  }),
  maxReceiveCount: integer({
    default: 3,
    min: 1,
    max: 1000,
    unit: 'receives',
    about: 'Receives of an update before it is moved to the dead-letter queue',
    source: 'SQS dead-letter queues: maxReceiveCount',
  }),
  dlqRetentionSeconds: integer({
    default: 1_209_600,
    min: 60,
    max: 1_209_600,
    unit: 's',
    about: 'How long a dead-letter queue keeps a message',
    source: 'SQS quotas: message retention',
  }),
  dlqVisibilityTimeoutSeconds: integer({
    default: 300,
    min: 0,
    max: 43_200,
    unit: 's',
    about: 'How long a dead letter stays hidden from others once it is received',
    source: 'SQS quotas: message visibility timeout',
  }),
  processorMemoryMegabytes: integer({
    default: 512,
    min: 128,
    max: 10_240,
    unit: 'MB',
    about: 'Memory of the processor',
    source: 'Lambda quotas: function memory allocation',
  }),
  processorTimeoutSeconds: integer({
    default: 30,
    min: 1,
    max: 900,
    unit: 's',
    about: 'Timeout of one invocation of the processor',
    source: 'Lambda quotas: function timeout',
  }),
  processorReservedConcurrency: integerOrNone({
    default: 10,
    min: 2,
    max: 1000,
    unit: 'instances',
    about:
      'Concurrency set aside for the processor; `none` in an account whose quota leaves no room for a reservation',
    source: 'Lambda quotas: concurrent executions (100 must stay unreserved)',
  }),
  processorMaximumConcurrency: integer({
    default: 10,
    min: 2,
    max: 1000,
    unit: 'instances',
    about:
      'Processor instances that the queue may keep busy; not above the reserved concurrency, or throttled batches use up their receives',
    source: 'Lambda SQS event source: maximum concurrency',
  }),
  processorBatchSize: integer({
    default: 10,
    min: 1,
    max: 10,
    unit: 'records',
    about: 'Updates handed to one invocation of the processor',
    source: 'Lambda SQS event source: 10 is the limit of a FIFO queue',
  }),
  processorLogLevel: choice({
    default: 'INFO',
    values: LOG_LEVELS,
    about: 'Least severe level that the processor writes',
    source: 'Powertools for AWS Lambda: log levels',
  }),
  markerTtlDays: integer({
    default: 60,
    min: 60,
    max: 3650,
    unit: 'days',
    about: 'How long an event id is remembered, so that a repeat of it is recognized',
    source: 'invariant: at most once in the ledger for at least 60 days',
  }),
  occurredAtMaxPastDays: integer({
    default: 35,
    min: 1,
    max: 3650,
    unit: 'days',
    about: 'Oldest `occurred_at` that is accepted, counted from when the update was sent',
    source: 'contract of leaderboard-update',
  }),
  ...LEADERBOARD_CONFIG_OPTIONS,
  ...INTAKE_CONFIG_OPTIONS,
  logRetentionDays: choice({
    default: 7,
    values: LOG_RETENTION_DAYS,
    unit: 'days',
    about: "Retention of the functions' log groups",
    source: 'CloudWatch Logs: PutRetentionPolicy',
  }),
  alarmPeriodSeconds: integer({
    default: 300,
    min: 60,
    max: 86_400,
    multipleOf: 60,
    unit: 's',
    about: 'Period over which every alarm looks at its metric',
    source: 'CloudWatch: PutMetricAlarm',
  }),
  dlqDepthAlarmThreshold: integer({
    default: 10,
    min: 1,
    max: 1_000_000,
    unit: 'messages',
    about: 'The dead-letter alarm fires when the queue holds this many messages or more',
    source: 'CloudWatch: PutMetricAlarm',
  }),
  messageAgeAlarmSeconds: integer({
    default: 300,
    min: 60,
    max: 1_209_600,
    unit: 's',
    about: 'Alarm when the oldest message in the main or the standings queue is this old or older',
    source: 'CloudWatch: PutMetricAlarm',
  }),
  deadLetterAgeAlarmSeconds: integer({
    default: 604_800,
    min: 60,
    max: 1_209_600,
    unit: 's',
    about:
      'Alarm when the oldest dead letter is this old or older: past its retention it is gone for good',
    source: 'CloudWatch: PutMetricAlarm',
  }),
  updateErrorAlarmThreshold: integer({
    default: 10,
    min: 1,
    max: 1_000_000,
    unit: 'failures',
    about: 'Alarm when this many valid updates or more failed within one period',
    source: 'CloudWatch: PutMetricAlarm',
  }),
  alarmTopicArn: optionalText({
    pattern: /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
    shape: 'the ARN of an SNS topic',
    about:
      'SNS topic told when an alarm fires and when it ends; without it alarms only show in CloudWatch',
    source: 'CloudWatch: PutMetricAlarm',
  }),
  protectTables: flag({
    default: ({ environmentSuffix }) => environmentSuffix !== 'dev',
    defaultText: '`true`, but `false` where the environment suffix is `dev`',
    about: 'Tables refuse deletion, and stay in the account when the stack is destroyed',
    source: 'the ledger is the truth; everything else can be rebuilt from it',
  }),
  adoptTables: flag({
    default: () => false,
    defaultText: '`false`',
    about:
      'Take over tables that already exist under their names, as those that a destroyed stack left behind',
    source: 'protectTables',
  }),
};
