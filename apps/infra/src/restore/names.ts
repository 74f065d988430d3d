import { LEDGER_TABLE, PROCESSED_EVENTS_TABLE } from '@leaderboard/tables';

import type { ExportFolder } from './export-folder.ts';

/** The physical names of what a restore concerns. */
export interface RestoreNames {
  readonly ledger: string;
  readonly processedEvents: string;
  readonly processor: string;
  /** The main queue. */
  readonly updates: string;
  readonly standingsQueue: string;
  /** The table, and its backup, that hold the ledger as it was at the time. */
  readonly copy: string;
}

/**
 * @param environment the suffix of the stack's names
 * @param source the time, a whole second, or the export
 */
export function restoreNames(environment: string, source: Date | ExportFolder): RestoreNames {
  const ledger = `${LEDGER_TABLE.name}-${environment}`;
  return {
    ledger,
    processedEvents: `${PROCESSED_EVENTS_TABLE.name}-${environment}`,
    processor: `leaderboard-processor-${environment}`,
    updates: `leaderboard-updates-${environment}.fifo`,
    standingsQueue: `standings-updates-${environment}.fifo`,
    copy:
      source instanceof Date
        ? `${ledger}-at-${source.toISOString().replace(/[-:]|\.\d{3}/g, '')}`
        : `${ledger}-from-${source.id}`,
  };
}
