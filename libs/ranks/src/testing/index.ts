export { MemoryRunStore } from './memory-run-store.ts';
export { writeRun } from './write-run.ts';
