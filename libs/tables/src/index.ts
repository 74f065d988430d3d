export { backoffMs, type BackoffOptions } from './backoff.ts';
export { batchGet, ThrottledReadError, type BatchGetOptions } from './batch-get.ts';
export * from './conversion.ts';
export {
  ifAbsent,
  projection,
  queryOf,
  type Projection,
  type QueryExpression,
  type QueryOptions,
  type SortKeyRange,
  type UpdateExpression,
  type WriteCondition,
} from './expressions.ts';
export * from './idempotency-keys.ts';
export { CorruptItemError, ItemReader, partitionOf } from './item-reader.ts';
export * from './ledger.ts';
export * from './processed-events.ts';
export * from './ranks/head.ts';
export * from './ranks/log.ts';
export * from './ranks/table.ts';
export * from './snapshots.ts';
export * from './standings/audit-position.ts';
export * from './standings/board-changes.ts';
export * from './standings/board-sets.ts';
export * from './standings/boards.ts';
export * from './standings/completeness.ts';
export * from './standings/hole.ts';
export * from './standings/notes.ts';
export * from './standings/player.ts';
export * from './standings/progress.ts';
export * from './standings/retry-note.ts';
export * from './standings/standing.ts';
export * from './standings/table.ts';
export type {
  IndexDefinition,
  KeyAttribute,
  KeySchema,
  TableDefinition,
} from './table-definition.ts';
export { TABLES, type TableId } from './tables.ts';
export * from './transaction-events.ts';
