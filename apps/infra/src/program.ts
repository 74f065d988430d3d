import * as pulumi from '@pulumi/pulumi';

import { boardDefinitionsText } from './config/board-definitions.ts';
import type { StackConfig } from './config/stack-config.ts';
import { declareAuditor } from './system/auditor.ts';
import { builtBundle, type BundleLocator, locateBundles } from './system/bundles.ts';
import { declareIntake } from './system/intake/intake.ts';
import { declareLedgerExport } from './system/ledger-export.ts';
import { declareLedgerPipe } from './system/ledger-pipe.ts';
import { declareBudget } from './system/monitoring/budget.ts';
import { declareOperationsDashboard } from './system/monitoring/operations-dashboard.ts';
import { declareProcessor, declareUpdateStores } from './system/processing.ts';
import { declareReading } from './system/reading.ts';
import { builtSite, type SiteLocator } from './system/site-files.ts';
import { declareSchedules } from './system/schedules.ts';
import { declareSnapshots } from './system/snapshots.ts';
import { stackScope } from './system/stack-scope.ts';
import { declareProjector, declareStandings } from './system/standings.ts';

/**
 * Declares every resource of the system:
 *
 * ```
 * game server ──▶ leaderboard-updates.fifo ──▶ processor ──▶ leaderboard-data (ledger) + processed-events
 *                        │ 3 receives              │ failures, with their reason    │ stream, INSERT only
 *                        ▼                         ▼                                ▼
 *                 leaderboard-dlq.fifo ◀───────────┘                    pipe ──▶ standings-updates.fifo
 *                                                                                   ▼
 *  browser ◀── dashboard ◀── leaderboard-api ◀── standings and leaderboard-ranks ◀── projector
 *                                  ▲                  │ logs          ▲
 *                                  │                  └── rank-compactor ──▶ rank-runs (S3)
 *                                  └── leaderboard-snapshots ◀── snapshotter ◀── ranks
 * ```
 *
 * The intake over HTTP stands before the first queue, the operations dashboard beside all of it. What is written is declared before
 * what writes it: an update replaces the consumers of a form before its producers.
 *
 * @returns the outputs of the stack, by their names.
 * @throws RunError before anything is created when a bundle or the page is not built, or when a name is too long.
 * @example
 * const { main_queue_url } = deploy(loadStackConfig());
 */
export function deploy(
  config: StackConfig,
  bundleOf: BundleLocator = builtBundle,
  siteFilesOf: SiteLocator = builtSite,
) {
  const boardDefinitions = boardDefinitionsText(config.boardDefinitionsFile);
  const bundles = locateBundles(bundleOf);
  const dashboardFiles = siteFilesOf('dashboard');
  const scope = stackScope(config, { bundles, boardDefinitions });

  const stores = declareUpdateStores(scope);
  const { updates, ledger, processedEvents } = stores;
  const schedules = declareSchedules(scope);
  declareLedgerExport(scope, ledger, schedules.group);
  const standings = declareStandings(scope, schedules);
  const audit = declareAuditor(scope, { ledger, processedEvents, standings }, schedules);
  const snapshots = declareSnapshots(scope, standings, schedules);
  const reading = declareReading(scope, {
    ledger,
    standings,
    snapshots: snapshots.table,
    dashboardFiles,
  });
  const projector = declareProjector(scope, ledger, standings, [
    standings.ranks.compactor,
    snapshots.snapshotter,
    reading.api,
  ]);
  declareLedgerPipe(scope, {
    source: ledger,
    target: standings.queue,
    deadLetters: standings.pipeDeadLetters,
    consumer: projector,
  });
  const processor = declareProcessor(scope, stores, [projector, reading.api]);
  const intake = declareIntake(scope, { updates, processor, scheduleGroup: schedules.group });
  if (config.alarms === 'all') {
    declareOperationsDashboard(scope, {
      processing: { ...stores, processor },
      standings: { ...standings, projector },
      audit,
      snapshots,
      reading,
      intake,
    });
  }
  declareBudget(scope);

  const { webhooks } = intake;
  return {
    main_queue_url: updates.queue.url,
    dlq_url: updates.deadLetterQueue.url,
    dynamodb_table_name: ledger.table.name,
    processed_events_table_name: processedEvents.table.name,
    lambda_function_name: processor.function.name,
    dlq_alarm_name: updates.deadLetterDepthAlarm.name,
    leaderboard_url: reading.apiUrl,
    /** The read API behind a shared cache. */
    ...(reading.cachedApiUrl && { leaderboard_cached_url: reading.cachedApiUrl }),
    ...(reading.dashboardUrl && { dashboard_url: reading.dashboardUrl }),
    standings_table_name: standings.table.table.name,
    ranks_table_name: standings.ranks.table.table.name,
    rank_runs_bucket: standings.ranks.runs.bucket.bucket,
    rank_compaction_schedule_name: standings.ranks.schedule.name,
    audit_schedule_name: audit.schedule.name,
    snapshots_table_name: snapshots.table.table.name,
    standings_queue_url: standings.queue.queue.url,
    standings_dlq_url: standings.queue.deadLetterQueue.url,
    snapshotter_function_name: snapshots.snapshotter.function.name,
    snapshotter_schedule_name: snapshots.schedule.name,
    /** Former name of `snapshotter_function_name`, with the same value. */
    rebuilder_function_name: snapshots.snapshotter.function.name,
    /** Former name of `snapshotter_schedule_name`, with the same value. */
    rebuilder_schedule_name: snapshots.schedule.name,
    /** JSON; the rebuild command uses the same definitions as the functions. */
    board_definitions: pulumi.output(boardDefinitions),
    api_endpoint: intake.api.stage.invokeUrl,
    /** Where the DNS record of `intakeDomain` must point. */
    ...(intake.domainTarget && { intake_domain_target: intake.domainTarget }),
    /** A secret. */
    updates_api_key: intake.updatesKey.value,
    validator_lambda_arn: webhooks.validator.function.arn,
    router_lambda_arn: webhooks.router.function.arn,
    payments_queue_url: webhooks.queues.payments.queue.url,
    refunds_queue_url: webhooks.queues.refunds.queue.url,
    disputes_queue_url: webhooks.queues.disputes.queue.url,
    webhook_failures_queue_url: webhooks.failures.url,
    transaction_events_table_name: webhooks.events.table.name,
    event_sweep_schedule_name: webhooks.sweepSchedule.name,
  };
}
