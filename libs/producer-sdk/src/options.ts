import { DEFAULT_OCCURRED_AT_LIMITS, type OccurredAtLimits } from '@leaderboard/contracts';
import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import { LeaderboardConfigError } from './errors.ts';
import type { SqsSender } from './sqs-sender.ts';

/** What every producer can be told. All times are in milliseconds. */
export interface DeliveryOptions {
  /** URL of the FIFO queue, `https://sqs.<region>.amazonaws.com/<account>/<name>.fifo`. */
  queueUrl: string;
  /**
   * How long an update may wait for others to share its request, in ms, 0 to 1,000. Default 5.
   * 0 gathers only what is sent without awaiting in between.
   */
  lingerMs?: number | undefined;
  /** Requests on the wire at once, each with at most one update per player. Default 8. */
  maxInFlightRequests?: number | undefined;
  /** Updates accepted by this producer and not settled, those on the wire included. Default 1,000. */
  maxBuffered?: number | undefined;
  /** What a send does when the buffer is full: `'wait'` for room (default), or `'reject'` with `BufferFull`. */
  whenFull?: 'wait' | 'reject' | undefined;
  /** Requests that may be made for one update, the first one included. Default 15. */
  maxAttempts?: number | undefined;
  /**
   * Time from an update's place in the buffer to the start of its last attempt, in ms. Default 60,000, at most 240,000:
   * a repeat must fall into the 5 minutes in which SQS drops it ("Exactly-once processing in Amazon SQS").
   */
  sendTimeoutMs?: number | undefined;
  /** Time for one request, credentials included, in ms; then it is repeated. Default 5,000. */
  requestTimeoutMs?: number | undefined;
  /** Upper bound of the first pause before a repeat, in ms; doubled each time, the pause drawn at random below it. Default 100. */
  retryBaseMs?: number | undefined;
  /** The largest such bound, in ms. Default 5,000. */
  retryCapMs?: number | undefined;
  /** How long `close()` waits for what is unsettled, in ms. Default 10,000. */
  closeTimeoutMs?: number | undefined;
  /** How far `occurred_at` may lie from the present, in ms. Default: 5 minutes ahead, 35 days behind, as the processor's. */
  occurredAtLimits?: OccurredAtLimits | undefined;
}

/** The producer makes its own SQS client, without retries of its own, and destroys it on `close()`. */
export interface OwnClientOptions extends DeliveryOptions {
  client?: undefined;
  /** AWS region. Left out: what the AWS SDK finds (`AWS_REGION`, profile, instance). There is no default region. */
  region?: string | undefined;
  /** AWS credentials or a provider of them. Left out: the AWS SDK's default chain. */
  credentials?: SQSClientConfig['credentials'] | undefined;
  /** SQS endpoint, for example of a local stack. Left out: `AWS_ENDPOINT_URL_SQS`, `AWS_ENDPOINT_URL`, then the queue URL's host. */
  endpoint?: string | undefined;
}

/** The producer sends through the caller's SQS client and never destroys it; region and credentials are the client's. */
export interface GivenClientOptions extends DeliveryOptions {
  /** An `SQSClient`. Give it `maxAttempts: 1`: its own repeats come on top of the producer's, inside `requestTimeoutMs`. */
  client: SqsSender;
  region?: undefined;
  credentials?: undefined;
  endpoint?: undefined;
}

/** Options of `createProducer`: either a client, or what is needed to make one. */
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
      `createProducer takes its options as an object, at least { queueUrl }, not ${String(options)}.`,
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
      'client must be an SQSClient, or another object with its method send().',
    );
  }
  const extra = Object.entries({ region, credentials, endpoint }).find(
    ([, value]) => value !== undefined,
  );
  if (extra === undefined) return;
  throw new LeaderboardConfigError(
    'InvalidOption',
    `The options client and ${extra[0]} exclude each other: set ${extra[0]} on the client, or leave the client out.`,
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
      `occurredAtLimits.${name} (${String(value)}) must be a number of milliseconds from 0.`,
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
