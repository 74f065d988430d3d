import { INTAKE_METRICS } from '@leaderboard/contracts/metrics';

import type { StackScope } from '../stack-scope.ts';
import type { Stage } from '../../components/dashboard/stage.ts';

/** The stages of the intake over HTTP: what comes in, what is brought to its queue, what waits there. */
export function intakeStages({ named, metricsNamespace }: StackScope): Stage[] {
  const functionStage = (
    title: string,
    service: string,
    counts: Record<string, string>,
    tables: Record<string, string> = {},
  ): Stage => ({
    title,
    function: { name: named(service) },
    tables,
    metrics: { namespace: metricsNamespace, service, counts },
  });
  const queueStage = (name: string): Stage => ({
    title: `Events: ${name}`,
    queue: { name: named(name), deadLetterQueueName: named(`${name}-dlq`) },
  });
  return [
    functionStage(
      'Webhooks: validator',
      'webhook-validator',
      {
        accepted: INTAKE_METRICS.webhookAccepted,
        duplicates: INTAKE_METRICS.webhookDuplicate,
        invalid: INTAKE_METRICS.webhookInvalid,
        'signature refused': INTAKE_METRICS.webhookSignatureRefused,
        unavailable: INTAKE_METRICS.webhookUnavailable,
        'router not invoked': INTAKE_METRICS.routerInvokeFailed,
      },
      { events: named('transaction-events') },
    ),
    functionStage('Webhooks: router', 'event-router', {
      routed: INTAKE_METRICS.eventRouted,
      'routed again': INTAKE_METRICS.eventRoutedAgain,
      unknown: INTAKE_METRICS.unknownEventRouted,
    }),
    functionStage('Webhooks: sweep', 'event-sweep', {
      routed: INTAKE_METRICS.sweepRouted,
      failed: INTAKE_METRICS.sweepFailed,
    }),
    ...['payments', 'refunds', 'disputes'].map(queueStage),
    functionStage(
      'Updates over HTTP',
      'updates-intake',
      {
        accepted: INTAKE_METRICS.updateAccepted,
        invalid: INTAKE_METRICS.updateInvalid,
        failed: INTAKE_METRICS.updateFailed,
        'idempotency keys reused': INTAKE_METRICS.idempotencyKeyReused,
      },
      { 'idempotency keys': named('idempotency-keys') },
    ),
  ];
}
