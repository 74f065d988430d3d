export { breakSource, MisfitBreakError } from './break-source.ts';
export type { Break } from './break.ts';
export { playBroken, type BrokenPlay } from './play-broken.ts';
export { runBreaks, type BreaksCommand } from './run-breaks.ts';
