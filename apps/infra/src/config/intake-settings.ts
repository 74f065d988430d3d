import { choice, flag, integer, integerOrNone, optionalText } from './setting-kinds.ts';
import { LOG_LEVELS, LOG_RETENTION_DAYS } from './allowed-values.ts';

const lambdaMemory = (of: string, megabytes: number) =>
  integer({
    default: megabytes,
    min: 128,
    max: 10_240,
    unit: 'MB',
    about: `Memory of ${of}`,
    source: 'Lambda quotas: function memory allocation',
  });

const reservedConcurrency = (about: string, instances: number) =>
  integerOrNone({
    default: instances,
    min: 1,
    max: 1000,
    unit: 'instances',
    about: `${about}; \`none\` in an account whose quota leaves no room for a reservation`,
    source: 'Lambda quotas: concurrent executions (100 must stay unreserved)',
  });

/** The settings of the intake over HTTP: its API, its functions and its queues. */
export const INTAKE_CONFIG_OPTIONS = {
  webhookSecretArn: optionalText({
    pattern:
      /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]{1,512}-[A-Za-z0-9]{6}$/,
    shape: 'the whole ARN of a secret in Secrets Manager, with the six characters at its end',
    about:
      'Secret that signs the webhooks; without it webhooks are taken unsigned, which a stack or suffix beginning with `prod` refuses',
    source: 'Secrets Manager: ARN of a secret',
  }),
  intakeThrottleRate: integer({
    default: 1000,
    min: 1,
    max: 10_000,
    unit: 'requests/s',
    about: 'Requests that the API takes each second; beyond it callers get 429',
    source: 'API Gateway quotas: throttle per account and region',
  }),
  intakeThrottleBurst: integer({
    default: 1000,
    min: 1,
    max: 5000,
    unit: 'requests',
    about: 'Requests that the API takes at once before the rate holds',
    source: 'API Gateway quotas: throttle per account and region',
  }),
  manageApiGatewayAccount: flag({
    default: () => true,
    defaultText: '`true`',
    about:
      "Set the role by which API Gateway writes logs, one per account and region; `false` where another stack or the account's owner has set it",
    source: 'API Gateway: setting up CloudWatch logging for REST APIs',
  }),
  validatorMemoryMegabytes: lambdaMemory('the webhook validator', 256),
  validatorTimeoutSeconds: integer({
    default: 30,
    min: 1,
    max: 900,
    unit: 's',
    about:
      'Timeout of one webhook; the API answers after 29 s at the latest, and the validator well before',
    source: 'Lambda quotas: function timeout',
  }),
  validatorReservedConcurrency: reservedConcurrency(
    'Webhooks validated at once; beyond it callers get 503 with Retry-After',
    10,
  ),
  routerMemoryMegabytes: lambdaMemory('the event router', 256),
  routerTimeoutSeconds: integer({
    default: 60,
    min: 1,
    max: 900,
    unit: 's',
    about: 'Timeout of routing one event',
    source: 'Lambda quotas: function timeout',
  }),
  routerReservedConcurrency: reservedConcurrency('Events routed at once', 10),
  routerRetryAttempts: integer({
    default: 2,
    min: 0,
    max: 2,
    unit: 'retries',
    about: 'How often Lambda repeats the router for an event before the event is left to the sweep',
    source: 'Lambda: asynchronous invocation',
  }),
  sweepMemoryMegabytes: lambdaMemory('the sweep', 256),
  sweepTimeoutSeconds: integer({
    default: 50,
    min: 30,
    max: 900,
    unit: 's',
    about: 'Timeout of one sweep, which stops by itself 12 s before',
    source: 'a sweep starts every minute',
  }),
  sweepReservedConcurrency: reservedConcurrency('Sweeps at once; with one they do not overlap', 1),
  sweepMinAgeSeconds: integer({
    default: 360,
    min: 1,
    max: 21_600,
    unit: 's',
    about:
      'Age at which an event that is not routed goes to the sweep; below the default some events are sent by router and sweep both',
    source: '3 runs of the router, pauses of 60 s and 120 s; Lambda keeps events for 6 hours',
  }),
  updatesMemoryMegabytes: lambdaMemory('the function behind POST /updates', 256),
  updatesTimeoutSeconds: integer({
    default: 29,
    min: 26,
    max: 29,
    unit: 's',
    // Cut short, the function could not say which updates are on the queue.
    about: 'Timeout of one request to POST /updates, which answers by itself within 25 s',
    source: 'API Gateway quotas: integration timeout of a REST API',
  }),
  updatesReservedConcurrency: reservedConcurrency(
    'Requests to POST /updates handled at once; beyond it callers get 503 with Retry-After',
    10,
  ),
  intakeLogLevel: choice({
    default: 'INFO',
    values: LOG_LEVELS,
    about: "Least severe level that the intake's functions write",
    source: 'Powertools for AWS Lambda: log levels',
  }),
  intakeLogRetentionDays: choice({
    default: 30,
    values: LOG_RETENTION_DAYS,
    unit: 'days',
    about: "Retention of the log groups of the intake's functions and of its API",
    source: 'CloudWatch Logs: PutRetentionPolicy',
  }),
  webhookEventTtlDays: integer({
    default: 30,
    min: 1,
    max: 3650,
    unit: 'days',
    about: 'How long a webhook event is remembered after it was routed',
    source: 'a provider may repeat a webhook for weeks',
  }),
  idempotencyTtlDays: integer({
    default: 61,
    min: 1,
    max: 3650,
    unit: 'days',
    about: 'How long an Idempotency-Key is remembered; above markerTtlDays',
    source: 'a repeat must not give new times to event ids that the processor still knows',
  }),
  webhookQueueRetentionSeconds: integer({
    default: 604_800,
    min: 60,
    max: 1_209_600,
    unit: 's',
    about: 'How long payments, refunds, disputes and their dead-letter queues keep an event',
    source: 'SQS quotas: message retention',
  }),
  webhookQueueVisibilityTimeoutSeconds: integer({
    default: 300,
    min: 0,
    max: 43_200,
    unit: 's',
    about: 'How long a received event stays hidden from others, in these queues',
    source: 'SQS quotas: message visibility timeout',
  }),
  webhookMaxReceiveCount: integer({
    default: 3,
    min: 1,
    max: 1000,
    unit: 'receives',
    about: 'Receives of an event before it is moved to the dead-letter queue of its type',
    source: 'SQS dead-letter queues: maxReceiveCount',
  }),
  webhookDlqDepthAlarmThreshold: integer({
    default: 1,
    min: 1,
    max: 1_000_000,
    unit: 'messages',
    about: 'Alarm when a dead-letter queue of the intake holds this many messages or more',
    source: 'CloudWatch: PutMetricAlarm',
  }),
  webhookMessageAgeAlarmSeconds: integer({
    default: 600,
    min: 60,
    max: 1_209_600,
    unit: 's',
    about: 'Alarm when an event has waited longer than this, in its queue or for its router',
    source: 'CloudWatch: PutMetricAlarm',
  }),
  intakeErrorRateAlarmPercent: integer({
    default: 1,
    min: 1,
    max: 100,
    unit: '%',
    about:
      "Alarm when more than this share of a function's runs fail, or of the API's answers are 5xx",
    source: 'CloudWatch: PutMetricAlarm',
  }),
};

/** What the intake's settings need of one another and of the rest. */
export interface IntakeRelations {
  environmentSuffix: string;
  webhookSecretArn: string | undefined;
  idempotencyTtlDays: number;
  markerTtlDays: number;
}

/** `prod`, `production`, `prod-eu`: the name of a stack, or an environment suffix. */
const PRODUCTION = /^prod/i;

/** Settings of the intake that break each other, in words. */
export function brokenIntakeRelations(
  namespace: string,
  stack: string,
  config: IntakeRelations,
): string[] {
  const problems: string[] = [];
  const production = [config.environmentSuffix, stack].find((name) => PRODUCTION.test(name));
  if (production !== undefined && config.webhookSecretArn === undefined) {
    problems.push(
      `${namespace}:webhookSecretArn is not set; environment "${production}" takes signed webhooks only: ` +
        'store a secret (aws secretsmanager create-secret) and set the key to its whole ARN',
    );
  }
  if (config.idempotencyTtlDays <= config.markerTtlDays) {
    problems.push(
      `${namespace}:idempotencyTtlDays is ${config.idempotencyTtlDays}; allowed: above markerTtlDays (${config.markerTtlDays} days), ` +
        'or a repeated request could give new times to updates that the processor still knows',
    );
  }
  return problems;
}
