import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { LeaderboardConfigError } from './errors.ts';
import type { OwnClientOptions } from './options.ts';

/** Environment variables, read once when a producer is created. */
export type Environment = Readonly<Record<string, string | undefined>>;

const nothing = (): void => undefined;

/**
 * Without `info`, on purpose: a client hands it a filtered copy of every input and output, and its own default, which drops
 * them, costs a tenth of the CPU of a batch.
 */
const QUIET_LOGGER = { debug: nothing, warn: nothing, error: nothing } as NonNullable<
  SQSClientConfig['logger']
>;

/** The SQS client that the producer created, and the checks before a request. */
export interface OwnClient {
  client: SQSClient;
  /** Rejects with a {@link LeaderboardConfigError} when there is no region, or it is not the queue's. */
  ready: () => Promise<void>;
  /** Rejects with the error of the credential provider. `refresh`: the credentials in use have expired. */
  credentials: (refresh: boolean) => Promise<void>;
}

/**
 * Creates the producer's own client. It makes one attempt per request, because the producer retries single entries itself
 * and counts the attempts. The endpoint is always set: otherwise the AWS SDK prefers the queue URL to
 * `AWS_ENDPOINT_URL_SQS` and prints a warning with every request.
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
    logger: QUIET_LOGGER,
    // The signature of a request already covers the hash of its body.
    md5: false,
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

/** The option, or the first variable that is set and not empty. */
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

/** SQS rejects a request that is signed for another region as if the credentials were invalid; this error names the region. */
function checkRegion(region: string, queueRegion: string | undefined, queueUrl: string): void {
  if (queueRegion === undefined || queueRegion === region) return;
  throw new LeaderboardConfigError(
    'InvalidOption',
    `The region is ${region}, but the queue is in ${queueRegion} (${queueUrl}). Set region or AWS_REGION to ${queueRegion}.`,
  );
}
