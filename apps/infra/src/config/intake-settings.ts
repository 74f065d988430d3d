import {
  alarmThreshold,
  customDomain,
  functionTimeout,
  invocationRetries,
  logLevel,
  logRetention,
  maxReceiveCount,
  memory,
  messageAgeAlarm,
  messageRetention,
  NONE_FOR_SMALL_QUOTAS,
  reservedConcurrency,
  visibilityTimeout,
} from './service-limits.ts';
import { flag, integer, integerOrNone, optionalText } from './setting.ts';

/** The settings of the intake over HTTP: its API, its functions and its queues. */
export const INTAKE_SETTINGS = {
  webhookSecretArn: optionalText({
    pattern:
      /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]{1,512}-[A-Za-z0-9]{6}$/,
    shape: 'the whole ARN of a secret in Secrets Manager, with the six characters at its end',
    about:
      'Secret that signs the webhooks; without it unsigned webhooks are accepted, which a stack or suffix that begins with `prod` rejects',
    source: 'Secrets Manager: ARN of a secret',
  }),
  webhookSecretKeyArn: optionalText({
    pattern: /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,64}$/,
    shape: 'the ARN of a key in KMS',
    about:
      'Key that encrypts the secret, where that is not the key of Secrets Manager (`aws/secretsmanager`)',
    source: 'Secrets Manager: secret encryption and decryption',
  }),
  intakeDomain: customDomain('Name of your own for the intake; needs `intakeCertificateArn`'),
  intakeCertificateArn: optionalText({
    pattern: /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]{1,64}$/,
    shape: 'the ARN of a certificate in ACM',
    about: 'Certificate for `intakeDomain`, in the region of the stack',
    source: 'API Gateway: custom domain names for REST APIs',
  }),
  intakeThrottleRate: integer({
    default: 1000,
    min: 1,
    max: 10_000,
    unit: 'requests/s',
    about: 'Requests per second that the API accepts; beyond it callers get 429',
    source: 'API Gateway quotas: throttle per account and region',
  }),
  intakeThrottleBurst: integer({
    default: 1000,
    min: 1,
    max: 5000,
    unit: 'requests',
    about: 'Requests that the API accepts in a burst before the rate applies',
    source: 'API Gateway quotas: throttle per account and region',
  }),
  updatesKeyThrottleRate: integer({
    default: 500,
    min: 1,
    max: 10_000,
    unit: 'requests/s',
    about:
      'Requests per second that the API accepts with one key for POST /updates, so that game servers leave room for webhooks; beyond it callers get 429',
    source: 'API Gateway quotas: throttle per account and region',
  }),
  updatesKeyThrottleBurst: integer({
    default: 500,
    min: 1,
    max: 5000,
    unit: 'requests',
    about: 'Requests that the API accepts with one key in a burst before the rate applies',
    source: 'API Gateway quotas: throttle per account and region',
  }),
  updatesKeyRequestsPerDay: integerOrNone({
    default: 5_000_000,
    min: 1,
    max: 2_000_000_000,
    unit: 'requests',
    about:
      'Requests per day that the API accepts with one key, each of up to 100 updates, which caps what a leaked key costs; beyond it callers get 429 until midnight, UTC',
    source: 'API Gateway: usage plans; AWS does not guarantee to stop at the exact number',
  }),
  manageApiGatewayAccount: flag({
    default: () => true,
    defaultText: '`true`',
    about:
      "Set the role with which API Gateway writes logs, one per account and region; `false` where another stack or the account's owner sets it",
    source: 'API Gateway: setting up CloudWatch logging for REST APIs',
  }),
  validatorMemoryMegabytes: memory('the webhook validator', 256),
  validatorTimeoutSeconds: functionTimeout({
    default: 30,
    about:
      'Timeout of one webhook; the API responds after 29 s at the latest, and the validator well before',
  }),
  validatorReservedConcurrency: reservedConcurrency({
    default: 10,
    about: `Concurrent webhooks; beyond it callers get 503 with Retry-After; ${NONE_FOR_SMALL_QUOTAS}`,
  }),
  routerMemoryMegabytes: memory('the event router', 256),
  routerTimeoutSeconds: functionTimeout({ default: 60, about: 'Timeout of routing one event' }),
  routerReservedConcurrency: reservedConcurrency({
    default: 10,
    about: `Events routed concurrently; ${NONE_FOR_SMALL_QUOTAS}`,
  }),
  routerRetryAttempts: invocationRetries({
    default: 2,
    about: 'How often Lambda retries the router for an event before the event is left to the sweep',
  }),
  sweepMemoryMegabytes: memory('the sweep', 256),
  sweepTimeoutSeconds: functionTimeout({
    default: 50,
    min: 30,
    about: 'Timeout of one sweep, which stops by itself 12 s before',
    source: 'a sweep starts every minute',
  }),
  sweepReservedConcurrency: reservedConcurrency({
    default: 1,
    about: `Concurrent sweeps; with 1 they do not overlap; ${NONE_FOR_SMALL_QUOTAS}`,
  }),
  sweepMinAgeSeconds: integer({
    default: 360,
    min: 1,
    max: 21_600,
    unit: 's',
    about:
      'Age at which the sweep routes an event that is not routed yet; below the default router and sweep may both send it',
    source: '3 runs of the router, pauses of 60 s and 120 s; Lambda keeps events for 6 hours',
  }),
  updatesMemoryMegabytes: memory('the function behind POST /updates', 256),
  updatesTimeoutSeconds: functionTimeout({
    default: 29,
    // A function that is cut short cannot report which updates are in the queue.
    min: 26,
    max: 29,
    about: 'Timeout of one request to POST /updates, which responds by itself within 25 s',
    source: 'API Gateway quotas: integration timeout of a REST API',
  }),
  updatesReservedConcurrency: reservedConcurrency({
    default: 10,
    about: `Concurrent requests to POST /updates; beyond it callers get 503 with Retry-After; ${NONE_FOR_SMALL_QUOTAS}`,
  }),
  intakeLogLevel: logLevel("the intake's functions"),
  intakeLogRetentionDays: logRetention({
    default: 30,
    about: "Retention of the log groups of the intake's functions and of its API",
  }),
  webhookEventTtlDays: integer({
    default: 30,
    min: 1,
    max: 3650,
    unit: 'days',
    about:
      'How long a webhook event is remembered after it was routed, so that a duplicate of it is recognized',
    source: 'a provider may retry a webhook for weeks',
  }),
  idempotencyTtlDays: integer({
    default: 61,
    min: 1,
    max: 3650,
    unit: 'days',
    about: 'How long an `Idempotency-Key` is remembered; above `markerTtlDays`',
    source: 'a retry must not give new times to event ids that the processor still remembers',
  }),
  webhookQueueRetentionSeconds: messageRetention({
    default: 604_800,
    about: 'How long payments, refunds, disputes and their dead-letter queues keep an event',
  }),
  webhookQueueVisibilityTimeoutSeconds: visibilityTimeout({
    default: 300,
    about: 'How long a received event stays hidden from others in these queues',
  }),
  webhookMaxReceiveCount: maxReceiveCount({
    default: 3,
    about: 'Receives of an event before SQS moves it to the dead-letter queue of its type',
  }),
  webhookDlqDepthAlarmThreshold: alarmThreshold({
    default: 1,
    unit: 'messages',
    about: 'Alarm when a dead-letter queue of the intake holds this many messages or more',
  }),
  webhookMessageAgeAlarmSeconds: messageAgeAlarm({
    default: 600,
    about: 'Alarm when an event has waited longer than this, in its queue or for its router',
  }),
  intakeErrorRateAlarmPercent: alarmThreshold({
    default: 1,
    max: 100,
    unit: '%',
    about:
      "Alarm when more than this share of a function's runs fail, or of the API's responses are 5xx",
  }),
  intakeLatencyAlarmMilliseconds: alarmThreshold({
    default: 3000,
    max: 29_000,
    unit: 'ms',
    about: 'Alarm when the slowest 1 % of the responses of the intake take this long or longer',
  }),
};
