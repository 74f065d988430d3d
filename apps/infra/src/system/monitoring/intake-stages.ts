import { INTAKE_METRICS } from '@leaderboard/contracts/metrics';

import { queueNames, type Stage } from '../../components/dashboard/stage.ts';
import type { LambdaFunction } from '../../components/lambda-function.ts';
import type { Intake } from '../intake/intake.ts';
import type { StackScope } from '../stack-scope.ts';

/** The stages of the intake over HTTP: what comes in, what is routed, what waits in the event queues. */
export function intakeStages({ metricsNamespace }: StackScope, intake: Intake): Stage[] {
  const { webhooks, updates } = intake;
  const functionStage = (
    title: string,
    fn: LambdaFunction,
    counts: Record<string, string>,
    tables: Stage['tables'] = {},
  ): Stage => ({
    title,
    function: fn.function,
    tables,
    metrics: { namespace: metricsNamespace, service: fn.serviceName, counts },
  });
  return [
    functionStage(
      'Webhooks: validator',
      webhooks.validator,
      {
        accepted: INTAKE_METRICS.webhookAccepted,
        duplicates: INTAKE_METRICS.webhookDuplicate,
        invalid: INTAKE_METRICS.webhookInvalid,
        'signature refused': INTAKE_METRICS.webhookSignatureRefused,
        unavailable: INTAKE_METRICS.webhookUnavailable,
        'router not invoked': INTAKE_METRICS.routerInvokeFailed,
      },
      { events: webhooks.events.table.name },
    ),
    functionStage('Webhooks: router', webhooks.router, {
      routed: INTAKE_METRICS.eventRouted,
      'routed again': INTAKE_METRICS.eventRoutedAgain,
      unknown: INTAKE_METRICS.unknownEventRouted,
    }),
    functionStage('Webhooks: sweep', webhooks.sweep, {
      routed: INTAKE_METRICS.sweepRouted,
      failed: INTAKE_METRICS.sweepFailed,
    }),
    ...Object.entries(webhooks.queues).map(([name, queue]) => ({
      title: `Events: ${name}`,
      queue: queueNames(queue),
    })),
    functionStage(
      'Updates over HTTP',
      updates.function,
      {
        accepted: INTAKE_METRICS.updateAccepted,
        invalid: INTAKE_METRICS.updateInvalid,
        failed: INTAKE_METRICS.updateFailed,
        'idempotency keys reused': INTAKE_METRICS.idempotencyKeyReused,
      },
      { 'idempotency keys': updates.keys.table.name },
    ),
  ];
}
