import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SQSClient } from '@aws-sdk/client-sqs';

/** What a restore calls and waits with. */
export interface RestoreAccount {
  readonly dynamoDb: Pick<DynamoDBClient, 'send'>;
  readonly lambda: Pick<LambdaClient, 'send'>;
  readonly sqs: Pick<SQSClient, 'send'>;
  /** Time in ms since the epoch. */
  readonly now: () => number;
  /** Waits, in ms. */
  readonly sleep: (ms: number) => Promise<unknown>;
  /** Receives a line for each step. */
  readonly report: (line: string) => void;
}

/** A restore cannot go on. The message says what is in the way, and what to do. */
export class RestoreError extends Error {
  override readonly name = 'RestoreError';
  readonly code = 'RestoreRefused';
}

/** DynamoDB restores a table in minutes to hours; 5 s is short beside that, and far below the quota of its control plane. */
const POLL_MS = 5_000;

/** Reads until it finds something. There is no limit: a large table takes hours, and the command can be stopped and repeated. */
export async function waitFor<Found>(
  what: string,
  read: () => Promise<Found | undefined>,
  { sleep, report }: RestoreAccount,
): Promise<Found> {
  for (let attempt = 0; ; attempt += 1) {
    const found = await read();
    if (found !== undefined) return found;
    if (attempt === 0) report(`waiting until ${what}`);
    await sleep(POLL_MS);
  }
}
