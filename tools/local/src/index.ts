export { LocalStackError, type LocalStackErrorCode } from './shared/errors.ts';
export {
  ONE_MACHINE,
  spawnStack,
  type SpawnedStack,
  type SpawnStackOptions,
} from './spawn-stack.ts';
export { readStackFile } from './serve/stack-file.ts';
export type { StackDescription } from './stack.ts';
export { describeFirstRequests, describeShell, type ExampleUpdate } from './serve/summary.ts';
