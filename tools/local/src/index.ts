export { LocalStackError, type LocalStackErrorCode } from './errors.ts';
export { ONE_MACHINE } from './one-machine.ts';
export { spawnStack, type SpawnedStack, type SpawnStackOptions } from './spawn-stack.ts';
export { readStackFile, type StackDescription } from './stack-file.ts';
export { describeFirstRequests, describeShell, type ExampleUpdate } from './summary.ts';
