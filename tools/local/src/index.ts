export { LocalStackError, type LocalStackErrorCode } from './shared/errors.ts';
export { ONE_MACHINE } from './one-machine.ts';
export { spawnStack, type SpawnedStack, type SpawnStackOptions } from './spawn-stack.ts';
export { readStackFile, type StackDescription } from './serve/stack-file.ts';
export { describeFirstRequests, describeShell, type ExampleUpdate } from './serve/summary.ts';
