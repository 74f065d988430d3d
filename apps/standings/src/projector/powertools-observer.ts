import type { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit, type Metrics } from '@aws-lambda-powertools/metrics';
import { STANDINGS_METRICS, type StandingsMetric } from '@leaderboard/contracts/metrics';
import { asError } from '@leaderboard/function';
import type { ProjectorObserver, RefoldReason } from './projector-observer.ts';

const REFOLD_METRICS = {
  gap: STANDINGS_METRICS.gapRefolds,
  definitions: STANDINGS_METRICS.definitionRefolds,
} as const satisfies Record<RefoldReason, StandingsMetric>;

/** An instance publishes its lag at most this often, in ms: the log line of a metric costs more than an update's other lines. */
const LAG_INTERVAL_MS = 2_000;

/** Counts in metrics and writes structured logs through Powertools. */
export class PowertoolsObserver implements ProjectorObserver {
  readonly #logger: Logger;
  readonly #metrics: Metrics;
  readonly #now: () => number;
  #largestLagMs = 0;
  #lagPublishedAt = Number.NEGATIVE_INFINITY;

  /** @param now ms since the epoch */
  constructor(logger: Logger, metrics: Metrics, now: () => number) {
    this.#logger = logger;
    this.#metrics = metrics;
    this.#now = now;
  }

  projected(playerId: string, updates: number, lagMs: number): void {
    this.#largestLagMs = Math.max(this.#largestLagMs, lagMs);
    if (this.#now() - this.#lagPublishedAt >= LAG_INTERVAL_MS) {
      this.#lagPublishedAt = this.#now();
      this.#metrics.addMetric(STANDINGS_METRICS.lag, MetricUnit.Milliseconds, this.#largestLagMs);
      this.#largestLagMs = 0;
    }
    this.#logger.debug('Updates projected', { player_id: playerId, updates, lag_ms: lagMs });
  }

  dropped(playerId: string, events: number): void {
    this.#count(STANDINGS_METRICS.eventsDropped, events);
    this.#logger.debug('Events dropped: already folded in', { player_id: playerId, events });
  }

  refolded(playerId: string, reason: RefoldReason, updates: number): void {
    this.#count(REFOLD_METRICS[reason], 1);
    this.#logger.info('Player folded from the ledger', { player_id: playerId, reason, updates });
  }

  ledgerHasHoles(playerId: string, missing: number): void {
    this.#count(STANDINGS_METRICS.ledgerHoles, missing);
    this.#logger.error('The ledger lacks updates of a player', { player_id: playerId, missing });
  }

  moved(playerId: string, attempt: number): void {
    this.#count(STANDINGS_METRICS.conflicts, 1);
    this.#logger.info('Another writer changed the player first', { player_id: playerId, attempt });
  }

  playerFailed(playerId: string, records: number, error: unknown): void {
    this.#count(STANDINGS_METRICS.recordsFailed, records);
    this.#logger.error('Records returned to the queue', {
      player_id: playerId,
      records,
      error: asError(error),
    });
  }

  deadLettered(messageId: string, reason: string): void {
    this.#count(STANDINGS_METRICS.invalidRecords, 1);
    this.#logger.error('Record dead-lettered', {
      message_id: messageId,
      reason,
    });
  }

  deadLetterFailed(messageId: string, reason: string, error: unknown): void {
    this.#count(STANDINGS_METRICS.recordsFailed, 1);
    this.#logger.error('Record returned to the queue: it could not be dead-lettered', {
      message_id: messageId,
      reason,
      error: asError(error),
    });
  }

  pauseFailed(records: number, error: unknown): void {
    this.#logger.warn('Pause of returned records not set: they wait for the visibility timeout', {
      records,
      error: asError(error),
    });
  }

  progressFailed(error: unknown): void {
    this.#logger.warn('Lag not recorded', { error: asError(error) });
  }

  retryNoteFailed(playerId: string, error: unknown): void {
    this.#logger.error('Retry note not written: reads may call themselves exact', {
      player_id: playerId,
      error: asError(error),
    });
  }

  retryNoteLeft(playerId: string, error: unknown): void {
    this.#logger.warn('Retry note not removed: no read is exact until it expires', {
      player_id: playerId,
      error: asError(error),
    });
  }

  holeFailed(playerId: string, error: unknown): void {
    this.#logger.error('Hole not noted: the next receive tries again', {
      player_id: playerId,
      error: asError(error),
    });
  }

  holeLeft(playerId: string, error: unknown): void {
    this.#logger.warn('Hole not closed: no read is exact until the auditor has closed it', {
      player_id: playerId,
      error: asError(error),
    });
  }

  standingsIncomplete(reason: string): void {
    this.#logger.warn('The standings may not hold the whole ledger, so no read is exact', {
      reason,
      remedy: 'nx run standings:rebuild',
    });
  }

  completenessFailed(error: unknown): void {
    this.#logger.warn('The check whether the standings hold the whole ledger failed', {
      error: asError(error),
    });
  }

  batchThrew(records: number, error: unknown): void {
    this.#count(STANDINGS_METRICS.recordsFailed, records);
    this.#logger.error('The batch failed and goes back to the queue', { error: asError(error) });
  }

  #count(name: StandingsMetric, count: number): void {
    this.#metrics.addMetric(name, MetricUnit.Count, count);
  }
}
