import { API_METRICS, PROCESSOR_METRICS, STANDINGS_METRICS } from '@leaderboard/contracts/metrics';

import { thresholdAlarm } from '../../components/alarm.ts';
import type { FifoQueue } from '../../components/fifo-queue.ts';
import type { LambdaFunction } from '../../components/lambda-function.ts';
import type { OnDemandTable } from '../../components/on-demand-table.ts';
import { OperationsDashboard } from '../../components/dashboard/operations-dashboard.ts';
import { intakeStages } from './intake-stages.ts';
import type { Stage } from '../../components/dashboard/stage.ts';
import type { StackScope } from '../stack-scope.ts';
import type { Standings } from '../standings.ts';

export interface MonitoredParts {
  updates: FifoQueue;
  processor: LambdaFunction;
  ledger: OnDemandTable;
  processedEvents: OnDemandTable;
  standings: Standings;
  api: LambdaFunction;
}

/** Declares the dashboard of the stack, and the alarms on what the processor itself counts. */
export function declareMonitoring(scope: StackScope, parts: MonitoredParts): void {
  declareProcessorAlarms(scope, parts.processor);
  new OperationsDashboard(
    'leaderboard',
    {
      name: scope.named('leaderboard'),
      region: scope.config.region,
      periodSeconds: scope.config.alarmPeriodSeconds,
      stages: [
        updatesStage(scope, parts),
        projectorStage(scope, parts.standings),
        snapshotterStage(scope, parts.standings),
        readingStage(scope, parts.api),
        ...intakeStages(scope),
      ],
    },
    scope.opts,
  );
}

function declareProcessorAlarms(scope: StackScope, processor: LambdaFunction): void {
  const { config, named, alarms: settings, tags } = scope;
  const processorCount = (metricName: string) =>
    ({
      namespace: scope.metricsNamespace,
      metricName,
      dimensions: { service: processor.serviceName },
      statistic: 'Sum',
      settings,
      tags,
    }) as const;
  thresholdAlarm(
    'leaderboard-processor-update-errors',
    {
      ...processorCount(PROCESSOR_METRICS.updateError),
      name: `${named('leaderboard-processor')}-update-errors`,
      description: 'Valid updates do not reach the ledger: they are retried, then dead-lettered.',
      threshold: config.updateErrorAlarmThreshold,
    },
    { parent: processor },
  );
  thresholdAlarm(
    'leaderboard-processor-event-id-reused',
    {
      ...processorCount(PROCESSOR_METRICS.eventIdReused),
      name: `${named('leaderboard-processor')}-event-id-reused`,
      description: 'A producer sends other content under an event id that it has used before.',
      threshold: 1,
    },
    { parent: processor },
  );
}

function updatesStage(scope: StackScope, parts: MonitoredParts): Stage {
  return {
    title: 'Updates to the ledger',
    queue: queueNames(parts.updates),
    function: parts.processor.function,
    tables: {
      ledger: parts.ledger.table.name,
      'processed events': parts.processedEvents.table.name,
    },
    metrics: {
      namespace: scope.metricsNamespace,
      service: parts.processor.serviceName,
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

function projectorStage({ metricsNamespace }: StackScope, standings: Standings): Stage {
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
        projected: STANDINGS_METRICS.updatesProjected,
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

function snapshotterStage({ metricsNamespace }: StackScope, standings: Standings): Stage {
  const { serviceName: service, function: fn } = standings.snapshotter;
  return {
    title: 'Snapshots',
    function: fn,
    tables: { snapshots: standings.snapshots.table.name },
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
      label: 'lag of live answers, p99',
    },
  };
}

function queueNames({ queue, deadLetterQueue }: FifoQueue): NonNullable<Stage['queue']> {
  return { name: queue.name, deadLetterQueueName: deadLetterQueue.name };
}
