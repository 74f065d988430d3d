import {
  alarmThreshold,
  batchSize,
  functionTimeout,
  invocationRetries,
  logLevel,
  maximumConcurrency,
  maxReceiveCount,
  memory,
  messageRetention,
  NONE_FOR_SMALL_QUOTAS,
  reservedConcurrency,
} from './service-limits.ts';
import { integer, text } from './setting.ts';

/** The settings of what follows the ledger: boards, pipe, projector, compactor, auditor and snapshotter. */
export const STANDINGS_SETTINGS = {
  boardDefinitionsFile: text({
    default: 'libs/ranking/boards.json',
    pattern: /^[\w./@-]+\.json$/,
    shape: "the path of a JSON file, from the repository's root or absolute",
    about:
      'The boards of a new stack; on a live one they are changed with `nx run boards:apply`, and then stand here',
    source: 'libs/ranking: format of board definitions',
  }),
  pipeBatchSize: integer({
    default: 10,
    min: 1,
    max: 10,
    unit: 'records',
    about: 'Ledger inserts that the pipe sends to the standings queue in one batch',
    source: 'EventBridge Pipes: batching; 10 is the limit of an SQS target',
  }),
  pipeParallelizationFactor: integer({
    default: 1,
    min: 1,
    max: 10,
    unit: 'batches',
    about:
      'Concurrent batches of one shard; above 1 updates of a player can overtake one another, which costs a read of the ledger each time',
    source: 'EventBridge Pipes: DynamoDB stream source',
  }),
  pipeMaximumRetryAttempts: integer({
    default: 100,
    min: 0,
    max: 10_000,
    unit: 'retries',
    about: 'How often the pipe retries a batch that the standings queue rejects',
    source: 'EventBridge Pipes: DynamoDB stream source',
  }),
  pipeMaximumRecordAgeSeconds: integer({
    default: 43_200,
    min: 60,
    max: 86_400,
    unit: 's',
    about: 'Age at which the pipe gives up on a record; the stream deletes it after a day',
    source: 'DynamoDB Streams: records are kept for 24 hours',
  }),
  standingsQueueRetentionSeconds: messageRetention({
    default: 345_600,
    about: 'How long the standings queue keeps an event',
  }),
  // No limit for invalid records or damaged ledger items: the projector dead-letters these itself. Only what fails for hours
  // (crashing invocations, throttles) ends here. A valid event must never get here because of a slow day: 100 receives are
  // 5 hours of crashing invocations at the default visibility timeout of 180 s, and over an hour of throttling with the
  // projector's pauses of 2 to 60 s.
  standingsMaxReceiveCount: maxReceiveCount({
    default: 100,
    min: 10,
    about:
      'Receives of an event before SQS moves it to the dead-letter queue of the standings; the projector moves invalid events there after the first',
    source: 'SQS dead-letter queues: maxReceiveCount; a throttled batch uses up receives too',
  }),
  projectorMemoryMegabytes: memory('the projector', 512),
  projectorTimeoutSeconds: functionTimeout({
    default: 30,
    max: 60,
    about:
      'Timeout of one invocation of the projector; the visibility timeout of its queue is 6 times it',
    source: 'the snapshotter expects a change that was announced two minutes ago to be written',
  }),
  projectorReservedConcurrency: reservedConcurrency({
    default: 10,
    min: 2,
    about: `Reserved concurrency of the projector; ${NONE_FOR_SMALL_QUOTAS}`,
  }),
  projectorMaximumConcurrency: maximumConcurrency({
    default: 10,
    about:
      'Projector instances that the standings queue may keep busy; not above the reserved concurrency',
  }),
  projectorBatchSize: batchSize({
    default: 10,
    about: 'Events in one invocation of the projector',
  }),
  standingsLogLevel: logLevel('projector, compactor, auditor and snapshotter'),
  compactorMemoryMegabytes: memory('the compactor', 1024),
  compactorTimeoutSeconds: functionTimeout({
    default: 300,
    min: 60,
    about:
      'Timeout of one run of the compactor; a merge of ten million players takes a minute or two',
  }),
  compactorReservedConcurrency: reservedConcurrency({
    default: 10,
    min: 2,
    about: `Reserved concurrency of the compactor; ${NONE_FOR_SMALL_QUOTAS}`,
  }),
  compactorRunRetries: invocationRetries({
    default: 1,
    about: 'How often Lambda retries a run that failed; later runs take its boards anyway',
  }),
  compactorRunAgeSeconds: integer({
    default: 300,
    min: 60,
    max: 21_600,
    unit: 's',
    about: 'Age at which Lambda gives up on a run of the compactor that it could not start yet',
    source: 'Lambda: asynchronous invocation',
  }),
  rankLogAlarmItems: alarmThreshold({
    default: 2000,
    max: 100_000,
    unit: 'items',
    about: 'Alarm when the log of a board had this many items or more when it was compacted',
  }),
  rankLogAlarmAgeSeconds: alarmThreshold({
    default: 1800,
    max: 86_400,
    unit: 's',
    about: 'Alarm when the oldest item of a log was this old or older when it was compacted',
  }),
  auditEveryMinutes: integer({
    default: 1,
    min: 1,
    max: 1440,
    unit: 'min',
    about:
      'How often the auditor closes holes and compares some more players with the ledger; a run costs 1000 to 2100 read units at most',
    source: 'EventBridge Scheduler: rate-based schedules',
  }),
  auditorMemoryMegabytes: memory('the auditor', 512),
  auditorTimeoutSeconds: functionTimeout({
    default: 60,
    min: 30,
    max: 60,
    about: 'Timeout of one run of the auditor; the next run goes on where it stopped',
    source: 'a change of the boards waits two minutes for what folds under the former ones',
  }),
  auditorReservedConcurrency: reservedConcurrency({
    default: 1,
    about: `Reserved concurrency of the auditor, whose runs then do not overlap; ${NONE_FOR_SMALL_QUOTAS}`,
  }),
  holesAlarmCount: alarmThreshold({
    default: 1,
    unit: 'holes',
    about:
      'Alarm when a run of the auditor met this many holes or more: updates were lost on their way to the standings',
  }),
  snapshotEveryMinutes: integer({
    default: 1,
    min: 1,
    max: 1440,
    unit: 'min',
    about: 'How often the snapshotter takes snapshots of the boards that changed',
    source: 'EventBridge Scheduler: rate-based schedules',
  }),
  snapshotterMemoryMegabytes: memory('the snapshotter', 512),
  snapshotterTimeoutSeconds: functionTimeout({
    default: 60,
    min: 10,
    about: 'Timeout of one run of the snapshotter; the next run takes the boards that are left',
  }),
  snapshotterReservedConcurrency: reservedConcurrency({
    default: 1,
    about: `Reserved concurrency of the snapshotter, whose runs then do not overlap; ${NONE_FOR_SMALL_QUOTAS}`,
  }),
  snapshotterRunRetries: invocationRetries({
    default: 0,
    about: 'How often Lambda retries a run that failed; the next run takes its boards anyway',
  }),
  snapshotterRunAgeSeconds: integer({
    default: 60,
    min: 60,
    max: 21_600,
    unit: 's',
    about: 'Age at which Lambda gives up on a run that it could not start yet',
    source: 'Lambda: asynchronous invocation',
  }),
  scheduleDeliveryRetries: integer({
    default: 3,
    min: 0,
    max: 185,
    unit: 'retries',
    about: 'How often Scheduler retries a run that Lambda did not accept',
    source: 'EventBridge Scheduler: RetryPolicy',
  }),
  scheduleDeliveryAgeSeconds: integer({
    default: 60,
    min: 60,
    max: 86_400,
    unit: 's',
    about: 'Age at which Scheduler gives up on a run that Lambda does not accept',
    source: 'EventBridge Scheduler: RetryPolicy',
  }),
  snapshotSize: integer({
    default: 100,
    min: 1,
    max: 1000,
    unit: 'entries',
    about: 'Entries of a snapshot',
    source: 'DynamoDB quotas: an item of 400 KB holds 1000',
  }),
  snapshotTtlDays: integer({
    default: 30,
    min: 1,
    max: 3650,
    unit: 'days',
    about: 'How long a dated snapshot is kept',
    source: 'a month of daily boards to look back on',
  }),
  standingsDlqDepthAlarmThreshold: alarmThreshold({
    default: 1,
    unit: 'messages',
    about:
      'Alarm when a dead-letter queue behind the ledger (standings, pipe, compactor, auditor, snapshotter) holds this many messages or more',
  }),
  standingsLagAlarmSeconds: alarmThreshold({
    default: 300,
    max: 86_400,
    unit: 's',
    about: 'Alarm when an update took this long or longer from the ledger to its standing',
  }),
};
