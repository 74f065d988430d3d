import { API_METRICS, PROCESSOR_METRICS, STANDINGS_METRICS } from '@leaderboard/contracts/metrics';

import { OperationsDashboard } from '../../components/dashboard/operations-dashboard.ts';
import { queueNames, type Stage } from '../../components/dashboard/stage.ts';
import type { LambdaFunction } from '../../components/lambda-function.ts';
import type { Auditor } from '../auditor.ts';
import type { Intake } from '../intake/intake.ts';
import type { Processing } from '../processing.ts';
import type { Reading } from '../reading.ts';
import type { Snapshots } from '../snapshots.ts';
import type { StackScope } from '../stack-scope.ts';
import type { Standings } from '../standings.ts';
import { intakeStages } from './intake-stages.ts';

type MonitoredStandings = Standings & { projector: LambdaFunction };

export interface MonitoredParts {
  processing: Processing;
  standings: MonitoredStandings;
  audit: Auditor;
  snapshots: Snapshots;
  reading: Reading;
  intake: Intake;
}

/** Declares the CloudWatch dashboard of the stack. */
export function declareOperationsDashboard(scope: StackScope, parts: MonitoredParts): void {
  new OperationsDashboard(
    'leaderboard',
    {
      name: scope.named('leaderboard'),
      region: scope.config.region,
      periodSeconds: scope.config.alarmPeriodSeconds,
      stages: [
        processingStage(scope, parts.processing),
        projectorStage(scope, parts.standings),
        compactorStage(scope, parts.standings),
        auditorStage(scope, parts.audit),
        snapshotterStage(scope, parts.snapshots),
        readingStage(scope, parts.reading.api),
        ...intakeStages(scope, parts.intake),
      ],
    },
    scope.opts,
  );
}

function processingStage(
  scope: StackScope,
  { updates, processor, ledger, processedEvents }: Processing,
): Stage {
  return {
    title: 'Updates to the ledger',
    queue: queueNames(updates),
    function: processor.function,
    tables: {
      ledger: ledger.table.name,
      'processed events': processedEvents.table.name,
    },
    metrics: {
      namespace: scope.metricsNamespace,
      service: processor.serviceName,
      counts: {
        'in the ledger': PROCESSOR_METRICS.updateSuccess,
        failed: PROCESSOR_METRICS.updateError,
        invalid: PROCESSOR_METRICS.invalidMessage,
        'duplicates dropped': PROCESSOR_METRICS.duplicateSuppressed,
        'duplicates at another time': PROCESSOR_METRICS.repeatAtOtherTime,
        'event ids reused': PROCESSOR_METRICS.eventIdReused,
      },
    },
  };
}

function projectorStage({ metricsNamespace }: StackScope, standings: MonitoredStandings): Stage {
  const { serviceName: service, function: fn } = standings.projector;
  return {
    title: 'Ledger to standings',
    queue: queueNames(standings.queue),
    function: fn,
    tables: { standings: standings.table.table.name },
    metrics: {
      namespace: metricsNamespace,
      service,
      counts: {
        'seen before': STANDINGS_METRICS.eventsDropped,
        'refolds after a gap': STANDINGS_METRICS.gapRefolds,
        'refolds after a change of boards': STANDINGS_METRICS.definitionRefolds,
        failed: STANDINGS_METRICS.recordsFailed,
        'holes in the ledger': STANDINGS_METRICS.ledgerHoles,
      },
    },
    freshness: {
      namespace: metricsNamespace,
      metricName: STANDINGS_METRICS.lag,
      dimensions: { service },
      statistic: 'p99',
      label: 'ledger to standing, p99',
    },
  };
}

function compactorStage({ metricsNamespace }: StackScope, { ranks }: Standings): Stage {
  const { serviceName: service, function: fn } = ranks.compactor;
  return {
    title: 'Standings to ranks',
    function: fn,
    tables: { ranks: ranks.table.table.name },
    metrics: {
      namespace: metricsNamespace,
      service,
      counts: {
        'log items found': STANDINGS_METRICS.rankLogItems,
        compactions: STANDINGS_METRICS.rankCompactions,
        'flips that another was faster with': STANDINGS_METRICS.rankCompactionConflicts,
        'merges of large runs': STANDINGS_METRICS.rankMerges,
      },
    },
    freshness: {
      namespace: metricsNamespace,
      metricName: STANDINGS_METRICS.rankLogAge,
      dimensions: { service },
      statistic: 'Maximum',
      label: 'age of the oldest log item',
    },
  };
}

function auditorStage({ metricsNamespace }: StackScope, { auditor }: Auditor): Stage {
  const { serviceName: service, function: fn } = auditor;
  return {
    title: 'Ledger compared with standings',
    function: fn,
    metrics: {
      namespace: metricsNamespace,
      service,
      counts: {
        holes: STANDINGS_METRICS.holes,
        'players behind': STANDINGS_METRICS.playersBehind,
      },
    },
  };
}

function snapshotterStage({ metricsNamespace }: StackScope, snapshots: Snapshots): Stage {
  const { serviceName: service, function: fn } = snapshots.snapshotter;
  return {
    title: 'Snapshots',
    function: fn,
    tables: { snapshots: snapshots.table.table.name },
    metrics: {
      namespace: metricsNamespace,
      service,
      counts: {
        written: STANDINGS_METRICS.snapshotsWritten,
        unchanged: STANDINGS_METRICS.snapshotsUnchanged,
      },
    },
  };
}

function readingStage({ metricsNamespace }: StackScope, api: LambdaFunction): Stage {
  const service = api.serviceName;
  return {
    title: 'Reading',
    function: api.function,
    metrics: {
      namespace: metricsNamespace,
      service,
      counts: {
        requests: API_METRICS.requests,
        refused: API_METRICS.refused,
        failed: API_METRICS.failed,
        inexact: API_METRICS.inexact,
      },
    },
    freshness: {
      namespace: metricsNamespace,
      metricName: API_METRICS.lag,
      dimensions: { service },
      statistic: 'p99',
      label: 'lag of live responses, p99',
    },
  };
}
