import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { STANDINGS_METRICS } from '@leaderboard/contracts/metrics';
import { asError, duringInvocation, type Telemetry } from '@leaderboard/function';
import type { Context } from 'aws-lambda';
import { runAudit, type AuditDependencies, type AuditResult } from './audit-run.ts';

export interface AuditHandlerOptions
  extends Telemetry, Omit<AuditDependencies, 'observer' | 'remainingMs'> {}

export type AuditHandler = (event: unknown, context: Context) => Promise<AuditResult>;

/** The function behind the schedule. A hole that cannot be closed does not make it fail: the alarm on holes says that it is there. */
export function createAuditHandler(options: AuditHandlerOptions): AuditHandler {
  const { logger, metrics } = options;
  return (_event, context) =>
    duringInvocation(options, context, async () => {
      const result = await runAudit({
        ...options,
        remainingMs: () => context.getRemainingTimeInMillis(),
        observer: {
          pipeGaveUp: ({ messageId, what }) => {
            logger.error('The pipe gave up records of the ledger: all players are compared', {
              message_id: messageId,
              what,
            });
          },
          playerBehind: ({ playerId, head, applied }) => {
            logger.error('A player is behind the ledger and is folded from it', {
              player_id: playerId,
              head,
              applied: applied.version,
            });
          },
          holeStays: ({ player, version, reason }, error) => {
            logger.error('A hole cannot be closed: no read is exact', {
              player_id: player,
              version,
              reason,
              error: asError(error),
            });
          },
        },
      });
      // An idle stack would pay for a metric that is always 0.
      if (result.holes > 0) {
        metrics.addMetric(STANDINGS_METRICS.holes, MetricUnit.Count, result.holes);
      }
      if (result.playersBehind > 0) {
        metrics.addMetric(STANDINGS_METRICS.playersBehind, MetricUnit.Count, result.playersBehind);
      }
      logger.info('Audited', { ...result });
      return result;
    });
}
