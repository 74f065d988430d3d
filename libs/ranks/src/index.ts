export { BoardRanks, type BoardRanksOptions } from './board-ranks.ts';
export { entriesOfLog } from './log-entries.ts';
export { mergeRuns, runOf } from './merge-runs.ts';
export {
  RanksTable,
  UnsettledCutError,
  type BoardItems,
  type Cut,
  type RanksTableOptions,
} from './read-cut.ts';
export { bytesOf, combine, type RunEntry } from './run-entry.ts';
export { RunReader, type OpenRun, type RunReaderOptions } from './run-reader.ts';
export { MissingRunError, type RunStore, type RunUpload, type StoredObject } from './run-store.ts';
export { RunWriter, type RunWriterOptions } from './run-writer.ts';
export { S3RunStore, type S3RunStoreOptions } from './s3-run-store.ts';
export { WindowCut, type Direction } from './window-cut.ts';
