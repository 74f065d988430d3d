import {
  choice,
  integer,
  integerOrNone,
  type IntegerRange,
  optionalText,
  type Setting,
} from './setting.ts';

/** A setting whose range is the limit of an AWS service; `min`, `max` and `source` only where this system is narrower. */
type Limited = Pick<IntegerRange, 'default' | 'about'> &
  Partial<Pick<IntegerRange, 'min' | 'max' | 'source'>>;

/** Memory of a function. */
export const memory = (of: string, megabytes: number): Setting<number> =>
  integer({
    default: megabytes,
    min: 128,
    max: 10_240,
    unit: 'MB',
    about: `Memory of ${of}`,
    source: 'Lambda quotas: function memory allocation',
  });

export const functionTimeout = (setting: Limited): Setting<number> =>
  integer({ min: 1, max: 900, unit: 's', source: 'Lambda quotas: function timeout', ...setting });

export const reservedConcurrency = (setting: Limited): Setting<number | 'none'> =>
  integerOrNone({
    min: 1,
    max: 1000,
    unit: 'instances',
    source: 'Lambda quotas: concurrent executions (100 must stay unreserved)',
    ...setting,
  });

/** How often Lambda repeats an asynchronous invocation that failed. */
export const invocationRetries = (setting: Limited): Setting<number> =>
  integer({
    min: 0,
    max: 2,
    unit: 'retries',
    source: 'Lambda: asynchronous invocation',
    ...setting,
  });

/** Records of one invocation by a FIFO queue. */
export const batchSize = (setting: Limited): Setting<number> =>
  integer({
    min: 1,
    max: 10,
    unit: 'records',
    source: 'Lambda SQS event source: 10 is the limit of a FIFO queue',
    ...setting,
  });

/** Instances of a function that a queue may keep busy. */
export const maximumConcurrency = (setting: Limited): Setting<number> =>
  integer({
    min: 2,
    max: 1000,
    unit: 'instances',
    source: 'Lambda SQS event source: maximum concurrency',
    ...setting,
  });

export const messageRetention = (setting: Limited): Setting<number> =>
  integer({
    min: 60,
    max: 1_209_600,
    unit: 's',
    source: 'SQS quotas: message retention',
    ...setting,
  });

export const visibilityTimeout = (setting: Limited): Setting<number> =>
  integer({
    min: 0,
    max: 43_200,
    unit: 's',
    source: 'SQS quotas: message visibility timeout',
    ...setting,
  });

export const maxReceiveCount = (setting: Limited): Setting<number> =>
  integer({
    min: 1,
    max: 1000,
    unit: 'receives',
    source: 'SQS dead-letter queues: maxReceiveCount',
    ...setting,
  });

/** How many of something an alarm fires at. */
export const alarmThreshold = (setting: Limited & Pick<IntegerRange, 'unit'>): Setting<number> =>
  integer({ min: 1, max: 1_000_000, source: 'CloudWatch: PutMetricAlarm', ...setting });

/** The age of a message that an alarm fires at. */
export const messageAgeAlarm = (setting: Limited): Setting<number> =>
  alarmThreshold({ min: 60, max: 1_209_600, unit: 's', ...setting });

/** A DNS name of your own. */
export const customDomain = (about: string): Setting<string | undefined> =>
  optionalText({
    pattern: /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    shape: 'a DNS name in lower case, for example scores.example.com',
    about,
    source: 'RFC 1123; its DNS record is yours, the program declares none',
  });

/** Levels of a function's log (Powertools for AWS Lambda: log levels). */
const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'CRITICAL', 'SILENT'] as const;

/** The least severe level that a function logs. */
export const logLevel = (of: string) =>
  choice({
    default: 'INFO',
    values: LOG_LEVELS,
    about: `Least severe level in the logs of ${of}`,
    source: 'Powertools for AWS Lambda: log levels',
  });

/** Retentions that CloudWatch Logs accepts, in days (API reference: PutRetentionPolicy). */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
] as const;

export const logRetention = (setting: {
  default: (typeof LOG_RETENTION_DAYS)[number];
  about: string;
}) =>
  choice({
    ...setting,
    values: LOG_RETENTION_DAYS,
    unit: 'days',
    source: 'CloudWatch Logs: PutRetentionPolicy',
  });

/** What a setting of reserved concurrency says when an account may have too little of it. */
export const NONE_FOR_SMALL_QUOTAS =
  '`none` in an account whose quota leaves no room for a reservation';
