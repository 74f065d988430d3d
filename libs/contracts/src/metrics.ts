/*
 * The CloudWatch metrics that the functions emit and that alarms and dashboards read. The only dimension is `service`: a
 * player id would create a metric per player, a route a set of metrics per route.
 */

/** Metrics of the processor. */
export const PROCESSOR_METRICS = {
  /** Updates written to the ledger (count). */
  updateSuccess: 'LeaderboardUpdateSuccess',
  /** Valid updates that this invocation could not write to the ledger: returned to the queue or dead-lettered (count). */
  updateError: 'LeaderboardUpdateError',
  /** Records that are not a valid update (count); each is in the dead-letter queue. */
  invalidMessage: 'InvalidMessage',
  /** Batches of which no record was returned to the queue (count). */
  batchSuccess: 'BatchProcessingSuccess',
  /** Batches of which at least one record was returned to the queue, or that threw (count). */
  batchFailed: 'BatchProcessingFailed',
  /** Score of each update written to the ledger (no unit). */
  playerScore: 'PlayerScore',
  /** Records dropped because their event id is in the ledger with the same content, through another message (count). */
  duplicateSuppressed: 'DuplicateSuppressed',
  /** Duplicates whose `occurred_at` is more than an hour from that of the first one, which counts (count). */
  repeatAtOtherTime: 'RepeatAtOtherTime',
  /** Records whose event id is in the ledger with other content (count); each is in the dead-letter queue. */
  eventIdReused: 'EventIdReused',
} as const;

export type ProcessorMetric = (typeof PROCESSOR_METRICS)[keyof typeof PROCESSOR_METRICS];

/** Metrics of the projector, the compactor, the auditor and the snapshotter. */
export const STANDINGS_METRICS = {
  /** Events that were already folded: repeats and redeliveries (count). */
  eventsDropped: 'StandingsEventsDropped',
  /** Players folded from the ledger because events were missing (count). */
  gapRefolds: 'StandingsGapRefolds',
  /** Players folded from the ledger because the board definitions changed (count). */
  definitionRefolds: 'StandingsDefinitionRefolds',
  /** Writes that conflicted with another projector or a rebuild (count). */
  conflicts: 'StandingsConflicts',
  /** Records returned to the queue (count). */
  recordsFailed: 'StandingsRecordsFailed',
  /** Records that are not a ledger insert, or whose player's ledger is damaged (count); each is dead-lettered. */
  invalidRecords: 'StandingsInvalidRecords',
  /** Ledger items missing between versions (count): they were removed. */
  ledgerHoles: 'StandingsLedgerHoles',
  /** Time from the ledger write to the standing (ms): the longest of an instance since it last published one, 2 s or more ago. */
  lag: 'StandingsLag',
  /** Holes that a run of the auditor met, those that it closed included (count). */
  holes: 'StandingsHoles',
  /** Players whose standings the auditor found behind the ledger (count): their events were lost. */
  playersBehind: 'StandingsPlayersBehind',
  /** Snapshots written (count). */
  snapshotsWritten: 'SnapshotsWritten',
  /** Board windows with updates whose top did not change (count). */
  snapshotsUnchanged: 'SnapshotsUnchanged',
  /** Log items of a board that were not in its runs when it was compacted (count). */
  rankLogItems: 'RankLogItems',
  /** Age of the oldest of them (ms). */
  rankLogAge: 'RankLogAge',
  /** Boards that the compactor looked at (count). */
  rankCompactions: 'RankCompactions',
  /** Flips that another compactor was faster with (count). */
  rankCompactionConflicts: 'RankCompactionConflicts',
  /** Merges of large runs (count). */
  rankMerges: 'RankMerges',
} as const;

export type StandingsMetric = (typeof STANDINGS_METRICS)[keyof typeof STANDINGS_METRICS];

/** Metrics of the read API. */
export const API_METRICS = {
  /** Responses, whatever the status (count). */
  requests: 'ApiRequests',
  /** Responses with a 4xx status (count). */
  refused: 'ApiRequestsRefused',
  /** Responses with a 5xx status (count). */
  failed: 'ApiRequestsFailed',
  /** Time from the request to the response (ms). */
  latency: 'ApiLatency',
  /** DynamoDB read units that a request consumed (count). */
  readUnits: 'ApiReadUnits',
  /** `lag_ms` of live responses (ms). */
  lag: 'StandingsLag',
  /** Live responses with `exact: false` (count). */
  inexact: 'InexactAnswers',
} as const;

export type ApiMetric = (typeof API_METRICS)[keyof typeof API_METRICS];

/** Metrics of the intake: validator, router, sweep and updates. */
export const INTAKE_METRICS = {
  /** Webhook events stored (count). */
  webhookAccepted: 'WebhookAccepted',
  /** Webhook events already stored with the same body (count). */
  webhookDuplicate: 'WebhookDuplicate',
  /** Webhook events whose id is already stored with another body (count); the new body is not stored. */
  webhookEventIdReused: 'WebhookEventIdReused',
  /** Webhook requests with the response 400 or 413 (count). */
  webhookInvalid: 'WebhookInvalid',
  /** Webhook requests with the response 401 (count). */
  webhookSignatureRefused: 'WebhookSignatureRefused',
  /** Webhook requests with the response 503, because the table or the secrets were unavailable (count). */
  webhookUnavailable: 'WebhookUnavailable',
  /** Stored events whose router could not be invoked (count); the sweep routes them. */
  routerInvokeFailed: 'RouterInvokeFailed',
  /** Events sent to their queue and marked as routed (count). */
  eventRouted: 'EventRouted',
  /** Events sent to their queue although they were already routed (count). */
  eventRoutedAgain: 'EventRoutedAgain',
  /** Events sent to their queue that are not in the table with that body (count): should stay 0. */
  unknownEventRouted: 'UnknownEventRouted',
  /** Events that the sweep routed (count). */
  sweepRouted: 'SweepRouted',
  /** Events that the sweep could not route (count); the next sweep retries. */
  sweepFailed: 'SweepFailed',
  /** Age of the oldest event not yet routed (seconds); without a value when there is none. */
  oldestUnroutedAge: 'OldestUnroutedAge',
  /** Leaderboard updates that the queue accepted (count). */
  updateAccepted: 'UpdateAccepted',
  /** Leaderboard updates that violate the contract (count). */
  updateInvalid: 'UpdateInvalid',
  /** Valid leaderboard updates that the queue did not confirm (count). */
  updateFailed: 'UpdateFailed',
  /** Requests with the response 422: an Idempotency-Key with another body (count). */
  idempotencyKeyReused: 'IdempotencyKeyReused',
} as const;

export type IntakeMetric = (typeof INTAKE_METRICS)[keyof typeof INTAKE_METRICS];
