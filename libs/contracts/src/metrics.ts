/*
 * CloudWatch metrics: what the functions emit, and what alarms and dashboards read. The only dimension is `service`: a
 * player id would make one metric per player, a route one set of metrics per route.
 */

/** Metrics of the processor. */
export const PROCESSOR_METRICS = {
  /** Updates that are now in the ledger (count). */
  updateSuccess: 'LeaderboardUpdateSuccess',
  /** Valid updates that this invocation could not bring into the ledger: returned to the queue or dead-lettered (count). */
  updateError: 'LeaderboardUpdateError',
  /** Records that are no valid update (count); each is in the dead-letter queue. */
  invalidMessage: 'InvalidMessage',
  /** Batches of which no record went back to the queue (count). */
  batchSuccess: 'BatchProcessingSuccess',
  /** Batches of which at least one record went back to the queue, or that threw (count). */
  batchFailed: 'BatchProcessingFailed',
  /** Score of each update that is now in the ledger (no unit). */
  playerScore: 'PlayerScore',
  /** Records dropped because their event id is in the ledger with the same content, through another message (count). */
  duplicateSuppressed: 'DuplicateSuppressed',
  /** Those of the duplicates whose `occurred_at` is more than an hour from the first one's, which counts (count). */
  repeatAtOtherTime: 'RepeatAtOtherTime',
  /** Records whose event id is in the ledger with other content (count); each is in the dead-letter queue. */
  eventIdReused: 'EventIdReused',
} as const;

export type ProcessorMetric = (typeof PROCESSOR_METRICS)[keyof typeof PROCESSOR_METRICS];

/** Metrics of the projector and the snapshotter. */
export const STANDINGS_METRICS = {
  /** Updates folded into standings (count). */
  updatesProjected: 'StandingsUpdatesProjected',
  /** Events that were folded in before: repeats and redeliveries (count). */
  eventsDropped: 'StandingsEventsDropped',
  /** Players folded from the ledger because events were missing (count). */
  gapRefolds: 'StandingsGapRefolds',
  /** Players folded from the ledger because the board definitions changed (count). */
  definitionRefolds: 'StandingsDefinitionRefolds',
  /** Writes that met those of another projector or of a rebuild (count). */
  conflicts: 'StandingsConflicts',
  /** Records that went back to the queue (count). */
  recordsFailed: 'StandingsRecordsFailed',
  /** Records that are no ledger insert, or whose player's ledger is damaged (count); each ends in the dead-letter queue. */
  invalidRecords: 'StandingsInvalidRecords',
  /** Ledger items that are missing between versions (count): someone has removed them. */
  ledgerHoles: 'StandingsLedgerHoles',
  /** From the ledger to the standing (ms). */
  lag: 'StandingsLag',
  /** Snapshots written (count). */
  snapshotsWritten: 'SnapshotsWritten',
  /** Board windows with news whose top did not change (count). */
  snapshotsUnchanged: 'SnapshotsUnchanged',
} as const;

export type StandingsMetric = (typeof STANDINGS_METRICS)[keyof typeof STANDINGS_METRICS];

/** Metrics of the read API. */
export const API_METRICS = {
  /** Requests answered, whatever the status (count). */
  requests: 'ApiRequests',
  /** Requests that could not be answered as they were asked: status 4xx (count). */
  refused: 'ApiRequestsRefused',
  /** Requests that failed on our side: status 5xx (count). */
  failed: 'ApiRequestsFailed',
  /** Time from the event to the answer (ms). */
  latency: 'ApiLatency',
  /** DynamoDB read units that a request consumed (count). */
  readUnits: 'ApiReadUnits',
  /** `lag_ms` of live answers (ms). */
  lag: 'StandingsLag',
  /** Live answers that said `exact: false` (count). */
  inexact: 'InexactAnswers',
} as const;

export type ApiMetric = (typeof API_METRICS)[keyof typeof API_METRICS];

/** Metrics of the intake: validator, router, sweep and updates. */
export const INTAKE_METRICS = {
  /** Webhook events that are stored now (count). */
  webhookAccepted: 'WebhookAccepted',
  /** Webhook events that were stored before with the same body (count). */
  webhookDuplicate: 'WebhookDuplicate',
  /** Webhook events whose id was stored before with another body (count); the new body is not stored. */
  webhookEventIdReused: 'WebhookEventIdReused',
  /** Webhook requests answered with 400 or 413 (count). */
  webhookInvalid: 'WebhookInvalid',
  /** Webhook requests answered with 401 (count). */
  webhookSignatureRefused: 'WebhookSignatureRefused',
  /** Webhook requests answered with 503 because the table or the secrets could not be reached (count). */
  webhookUnavailable: 'WebhookUnavailable',
  /** Stored events whose router could not be invoked (count); the sweep brings them to their queue. */
  routerInvokeFailed: 'RouterInvokeFailed',
  /** Events sent to their queue and marked as routed (count). */
  eventRouted: 'EventRouted',
  /** Events sent to their queue although they were routed before (count). */
  eventRoutedAgain: 'EventRoutedAgain',
  /** Events that were sent to their queue but are not in the table with that body (count): should stay 0. */
  unknownEventRouted: 'UnknownEventRouted',
  /** Events that the sweep brought to their queue (count). */
  sweepRouted: 'SweepRouted',
  /** Events that the sweep could not bring to their queue (count); the next sweep tries again. */
  sweepFailed: 'SweepFailed',
  /** Age of the oldest event that waits for the sweep (seconds), 0 when none does. */
  oldestUnroutedAge: 'OldestUnroutedAge',
  /** Leaderboard updates that the queue accepted (count). */
  updateAccepted: 'UpdateAccepted',
  /** Leaderboard updates that break the contract (count). */
  updateInvalid: 'UpdateInvalid',
  /** Valid leaderboard updates that the queue did not confirm (count). */
  updateFailed: 'UpdateFailed',
  /** Requests answered with 422: an Idempotency-Key with another body (count). */
  idempotencyKeyReused: 'IdempotencyKeyReused',
} as const;

export type IntakeMetric = (typeof INTAKE_METRICS)[keyof typeof INTAKE_METRICS];
