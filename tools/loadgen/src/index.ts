export * from './play.ts';
export * from './traffic.ts';
