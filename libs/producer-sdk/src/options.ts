import { DEFAULT_OCCURRED_AT_LIMITS, type OccurredAtLimits } from '@leaderboard/contracts';
import type {
  SendMessageBatchCommand,
  SendMessageBatchCommandOutput,
  SQSClientConfig,
} from '@aws-sdk/client-sqs';
import { LeaderboardConfigError } from './errors.ts';

/** Options of every producer. All times are in milliseconds. */
export interface DeliveryOptions {
  /** URL of the FIFO queue, `https://sqs.<region>.amazonaws.com/<account>/<name>.fifo`. */
  queueUrl: string;
  /**
   * How long an update may wait for others to share its request, in ms, 0 to 1,000. Default 5.
   * With 0 a request has only the updates that are sent without awaiting in between.
   */
  lingerMs?: number | undefined;
  /** Concurrent requests, each with at most one update per player. Default 8. */
  maxInFlightRequests?: number | undefined;
  /** Updates that the producer has taken and not settled, those in flight included. Default 1,000. */
  maxBuffered?: number | undefined;
  /** What a send does when the buffer is full: `'wait'` for space (default), or `'reject'` with `BufferFull`. */
  whenFull?: 'wait' | 'reject' | undefined;
  /** Maximum number of requests for one update, the first one included. Default 15. */
  maxAttempts?: number | undefined;
  /**
   * Time from when an update enters the buffer to the start of its last attempt, in ms. Default 60,000, at most 240,000:
   * a retry must fall within the 5-minute deduplication interval of SQS ("Exactly-once processing in Amazon SQS").
   */
  sendTimeoutMs?: number | undefined;
  /** Time limit of one request, credentials included, in ms; then it is retried. Default 5,000. */
  requestTimeoutMs?: number | undefined;
  /** Upper bound of the random wait before the first retry, in ms; it doubles with each retry. Default 100. */
  retryBaseMs?: number | undefined;
  /** The largest upper bound, in ms. Default 5,000. */
  retryCapMs?: number | undefined;
  /** How long `close()` waits for unsettled updates, in ms. Default 10,000. */
  closeTimeoutMs?: number | undefined;
  /** How far `occurred_at` may lie from now, in ms. Default: 5 minutes ahead, 35 days behind, as in the processor. */
  occurredAtLimits?: OccurredAtLimits | undefined;
}

/** The producer creates its own SQS client, which does not retry, and destroys it on `close()`. */
export interface OwnClientOptions extends DeliveryOptions {
  client?: undefined;
  /** AWS region. If omitted, the one that the AWS SDK finds (`AWS_REGION`, profile, instance). There is no default region. */
  region?: string | undefined;
  /** AWS credentials or a credential provider. If omitted, the AWS SDK's default chain. */
  credentials?: SQSClientConfig['credentials'] | undefined;
  /** SQS endpoint, for example of a local stack. If omitted, `AWS_ENDPOINT_URL_SQS`, `AWS_ENDPOINT_URL`, then the queue URL's host. */
  endpoint?: string | undefined;
}

/** The one method of an `SQSClient` that the producer calls. */
export interface SqsSender {
  send(
    command: SendMessageBatchCommand,
    options?: { abortSignal?: AbortSignal },
  ): Promise<SendMessageBatchCommandOutput>;
}

/** The producer sends through the caller's SQS client, with its region and credentials, and never destroys it. */
export interface GivenClientOptions extends DeliveryOptions {
  /** An `SQSClient`. Set its `maxAttempts` to 1: its own retries add to the producer's, within `requestTimeoutMs`. */
  client: SqsSender;
  region?: undefined;
  credentials?: undefined;
  endpoint?: undefined;
}

/** Options of `createProducer`: either a client, or what is needed to create one. */
export type ProducerOptions = OwnClientOptions | GivenClientOptions;

/** Options with every default filled in. */
export interface DeliverySettings {
  queueUrl: string;
  lingerMs: number;
  maxInFlightRequests: number;
  maxBuffered: number;
  whenFull: 'wait' | 'reject';
  maxAttempts: number;
  sendTimeoutMs: number;
  requestTimeoutMs: number;
  retryBaseMs: number;
  retryCapMs: number;
  closeTimeoutMs: number;
  occurredAtLimits: OccurredAtLimits;
}

/** Checks the options and fills in the defaults. @throws LeaderboardConfigError */
export function readOptions(options: ProducerOptions): DeliverySettings {
  if (typeof options !== 'object' || options === null) {
    throw new LeaderboardConfigError(
      'InvalidOption',
      `createProducer needs an options object with at least queueUrl, got ${String(options)}.`,
    );
  }
  checkClient(options);
  return {
    queueUrl: checkQueueUrl(options.queueUrl),
    lingerMs: wholeNumber('lingerMs', options.lingerMs ?? 5, 0, 1000),
    maxInFlightRequests: wholeNumber(
      'maxInFlightRequests',
      options.maxInFlightRequests ?? 8,
      1,
      1000,
    ),
    maxBuffered: wholeNumber('maxBuffered', options.maxBuffered ?? 1000, 1, 1_000_000),
    whenFull: checkWhenFull(options.whenFull ?? 'wait'),
    maxAttempts: wholeNumber('maxAttempts', options.maxAttempts ?? 15, 1, 1000),
    sendTimeoutMs: wholeNumber('sendTimeoutMs', options.sendTimeoutMs ?? 60_000, 1, 240_000),
    requestTimeoutMs: wholeNumber('requestTimeoutMs', options.requestTimeoutMs ?? 5000, 1, 60_000),
    retryBaseMs: wholeNumber('retryBaseMs', options.retryBaseMs ?? 100, 0, 60_000),
    retryCapMs: wholeNumber('retryCapMs', options.retryCapMs ?? 5000, 0, 60_000),
    closeTimeoutMs: wholeNumber('closeTimeoutMs', options.closeTimeoutMs ?? 10_000, 0, 600_000),
    occurredAtLimits: checkLimits(options.occurredAtLimits ?? DEFAULT_OCCURRED_AT_LIMITS),
  };
}

function checkClient({ client, region, credentials, endpoint }: ProducerOptions): void {
  if (client === undefined) return;
  if (typeof (client as Partial<SqsSender> | null)?.send !== 'function') {
    throw new LeaderboardConfigError(
      'InvalidOption',
      'client must be an SQSClient, or another object with a send() method.',
    );
  }
  const extra = Object.entries({ region, credentials, endpoint }).find(
    ([, value]) => value !== undefined,
  );
  if (extra === undefined) return;
  throw new LeaderboardConfigError(
    'InvalidOption',
    `The options client and ${extra[0]} are mutually exclusive: set ${extra[0]} on the client, or omit client.`,
  );
}

function checkQueueUrl(queueUrl: unknown): string {
  if (typeof queueUrl === 'string' && URL.canParse(queueUrl)) {
    const { protocol, pathname } = new URL(queueUrl);
    if (/^https?:$/.test(protocol) && pathname.endsWith('.fifo')) return queueUrl;
  }
  throw new LeaderboardConfigError(
    'InvalidOption',
    `queueUrl (${JSON.stringify(queueUrl)}) must be the http(s) URL of a FIFO queue, ending in ".fifo". Take it from the stack output main_queue_url.`,
  );
}

function checkLimits({ maxFutureMs, maxPastMs }: OccurredAtLimits): OccurredAtLimits {
  for (const [name, value] of Object.entries({ maxFutureMs, maxPastMs })) {
    if (typeof value === 'number' && value >= 0) continue;
    throw new LeaderboardConfigError(
      'InvalidOption',
      `occurredAtLimits.${name} (${String(value)}) must be a number of milliseconds, 0 or more.`,
    );
  }
  return { maxFutureMs, maxPastMs };
}

function checkWhenFull(value: unknown): 'wait' | 'reject' {
  if (value === 'wait' || value === 'reject') return value;
  throw new LeaderboardConfigError(
    'InvalidOption',
    `whenFull (${JSON.stringify(value)}) must be "wait" or "reject".`,
  );
}

function wholeNumber(name: string, value: unknown, least: number, most: number): number {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) {
    return Number(value);
  }
  throw new LeaderboardConfigError(
    'InvalidOption',
    `${name} (${String(value)}) must be a whole number from ${least} to ${most}.`,
  );
}
