export * from './flags.ts';
export * from './play.ts';
export * from './traffic.ts';
