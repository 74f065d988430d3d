import { SQSClient } from '@aws-sdk/client-sqs';
import { LeaderboardConfigError } from './errors.ts';
import type { OwnClientOptions } from './options.ts';

/** Environment variables, read once when a producer is made. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A client of the producer's own, and what has to hold before its first request. */
export interface OwnClient {
  client: SQSClient;
  /** Rejects with a {@link LeaderboardConfigError} when there is no region, or another one than the queue's. */
  ready: () => Promise<void>;
  /** Rejects with whatever the source of the credentials throws. `refresh`: those known have expired. */
  credentials: (refresh: boolean) => Promise<void>;
}

/**
 * Makes the producer's own client. One attempt per request: the producer repeats single entries itself, and knows what
 * was tried. The endpoint is always given: left to itself the AWS SDK prefers the queue URL to `AWS_ENDPOINT_URL_SQS`
 * and prints a warning with every request.
 *
 * @throws LeaderboardConfigError
 */
export function createClient(
  { region, credentials, endpoint }: OwnClientOptions,
  queueUrl: string,
  environment: Environment,
): OwnClient {
  if (region === '') throw regionMissing('the option region is empty');
  const chosenEndpoint = chooseEndpoint(endpoint, environment);
  const queueRegion = chosenEndpoint === undefined ? regionOfQueueUrl(queueUrl) : undefined;
  if (region !== undefined) checkRegion(region, queueRegion, queueUrl);
  const client = new SQSClient({
    maxAttempts: 1,
    endpoint: chosenEndpoint ?? new URL(queueUrl).origin,
    ...(region !== undefined && { region }),
    ...(credentials !== undefined && { credentials }),
  });
  return {
    client,
    ready: async () => {
      checkRegion(await findRegion(client), queueRegion, queueUrl);
    },
    credentials: async (refresh) => {
      await client.config.credentials(refresh ? { forceRefresh: true } : undefined);
    },
  };
}

/** The option, or the first variable that is set; an empty variable is one that is not. */
function chooseEndpoint(
  endpoint: string | undefined,
  environment: Environment,
): string | undefined {
  if (endpoint !== undefined) return checkEndpoint('endpoint', endpoint);
  for (const name of ['AWS_ENDPOINT_URL_SQS', 'AWS_ENDPOINT_URL']) {
    const value = environment[name];
    if (value !== undefined && value !== '') return checkEndpoint(name, value);
  }
  return undefined;
}

function checkEndpoint(name: string, value: string): string {
  if (/^https?:\/\//.test(value) && URL.canParse(value)) return value;
  throw new LeaderboardConfigError(
    'InvalidOption',
    `${name} (${JSON.stringify(value)}) must be an http(s) URL, for example "http://127.0.0.1:4566".`,
  );
}

async function findRegion(client: SQSClient): Promise<string> {
  try {
    return await client.config.region();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw regionMissing(reason);
  }
}

function regionMissing(reason: string): LeaderboardConfigError {
  return new LeaderboardConfigError(
    'RegionMissing',
    `There is no AWS region (${reason}), and no default. Pass region to createProducer, or set AWS_REGION.`,
  );
}

/** The region in the host name of an AWS queue URL; `undefined` for a VPC endpoint or another host. */
function regionOfQueueUrl(queueUrl: string): string | undefined {
  return /^sqs(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(
    new URL(queueUrl).hostname,
  )?.[1];
}

/** A request signed for another region is refused as if the credentials were wrong; this says what is. */
function checkRegion(region: string, queueRegion: string | undefined, queueUrl: string): void {
  if (queueRegion === undefined || queueRegion === region) return;
  throw new LeaderboardConfigError(
    'InvalidOption',
    `The region is ${region}, but the queue is in ${queueRegion} (${queueUrl}). Set region or AWS_REGION to ${queueRegion}.`,
  );
}
