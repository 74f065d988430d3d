import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings } from '@leaderboard/function';
import { InvalidArgumentError } from 'commander';
import { REQUEST_ATTEMPTS } from '../config.ts';
import type { RebuildTables } from './rebuild-tables.ts';

/** Segments of a scan at most (API reference of Scan: TotalSegments). Each has one request under way at a time. */
const MAX_SEGMENTS = 1_000;
/** The embedded engines check no signature. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** A client for the tables of a local stack, or for AWS with the settings of the SDK. */
export function dynamoDbOf({ local }: RebuildTables): DynamoDBClient {
  if (local === undefined) return new DynamoDBClient({ maxAttempts: 8 });
  return new DynamoDBClient({
    ...clientSettings({ maxAttempts: REQUEST_ATTEMPTS }),
    endpoint: local.dynamodb,
    region: local.region,
    credentials: LOCAL_CREDENTIALS,
  });
}

/** Aborts at the first Ctrl-C, or when the process is asked to end. */
export function stopOnSignals(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop.abort();
    });
  }
  return stop.signal;
}

/** @throws {InvalidArgumentError} */
export function segments(text: string): number {
  return wholeNumber(text, MAX_SEGMENTS);
}

/** @throws {InvalidArgumentError} */
export function wholeNumber(text: string, max: number): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= max) return count;
  throw new InvalidArgumentError(`Use a whole number from 1 to ${max}.`);
}

/** @throws {InvalidArgumentError} */
export function seconds(text: string): number {
  const count = Number(text);
  if (Number.isFinite(count) && count >= 0) return count;
  throw new InvalidArgumentError('Use a number of seconds, 0 or more.');
}
