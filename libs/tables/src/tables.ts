import { IDEMPOTENCY_KEYS_TABLE } from './idempotency-keys.ts';
import { LEDGER_TABLE } from './ledger.ts';
import { PROCESSED_EVENTS_TABLE } from './processed-events.ts';
import { RANKS_TABLE } from './ranks/table.ts';
import { SNAPSHOTS_TABLE } from './snapshots.ts';
import { STANDINGS_TABLE } from './standings/table.ts';
import type { TableDefinition } from './table-definition.ts';
import { TRANSACTION_EVENTS_TABLE } from './transaction-events.ts';

/** Every table of the system. */
export const TABLES = {
  ledger: LEDGER_TABLE,
  processedEvents: PROCESSED_EVENTS_TABLE,
  standings: STANDINGS_TABLE,
  ranks: RANKS_TABLE,
  snapshots: SNAPSHOTS_TABLE,
  transactionEvents: TRANSACTION_EVENTS_TABLE,
  idempotencyKeys: IDEMPOTENCY_KEYS_TABLE,
} as const satisfies Record<string, TableDefinition>;

export type TableId = keyof typeof TABLES;
