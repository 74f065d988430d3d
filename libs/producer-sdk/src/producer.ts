import { completeUpdate } from './complete-update.ts';
import { Delivery } from './delivery.ts';
import { LeaderboardError, ProducerClosedError } from './errors.ts';
import { readOptions, type ProducerOptions } from './options.ts';
import { systemRuntime, type Runtime } from './runtime.ts';
import { settleTime } from './settle-time.ts';
import type { Environment } from './sqs-client.ts';
import { createTransport } from './sqs-transport.ts';
import type {
  LeaderboardUpdateInput,
  Producer,
  SendOptions,
  SendOutcome,
  SentUpdate,
} from './types.ts';

/**
 * Creates a producer for one FIFO queue. It opens no connection before the first update.
 *
 * @throws LeaderboardConfigError when an option is missing or wrong
 * @example
 * const producer = createProducer({ queueUrl: 'https://sqs.us-west-1.amazonaws.com/123456789012/leaderboard-updates-dev.fifo' });
 * await producer.sendLeaderboardUpdate({ player_id: 'player-7', game_id: 'chess', score: 1250 });
 * await producer.close();
 */
export function createProducer(options: ProducerOptions): Producer {
  return createProducerOn(options, systemRuntime, process.env);
}

/** {@link createProducer} with the clock, the timers, the randomness and the environment passed in. */
export function createProducerOn(
  options: ProducerOptions,
  runtime: Runtime,
  environment: Environment,
): Producer {
  const settings = readOptions(options);
  const transport = createTransport(options, settings, runtime, environment);
  const { clock } = transport;
  const queueTime = {
    now: () => clock.now(),
    elapsed: () => runtime.elapsed(),
    randomBytes: (count: number) => runtime.randomBytes(count),
  };
  const delivery = new Delivery(settings, transport, runtime);
  let closing: Promise<void> | undefined;

  async function sendLeaderboardUpdate(
    input: LeaderboardUpdateInput,
    sendOptions: SendOptions = {},
  ): Promise<SentUpdate> {
    const unsettled = completeUpdate(input, queueTime);
    const completed = clock.isKnown
      ? settleTime(unsettled, clock, settings.occurredAtLimits)
      : unsettled;
    if (closing !== undefined) throw new ProducerClosedError(completed.update);
    return delivery.deliver(completed, sendOptions.signal);
  }

  async function sendLeaderboardUpdates(
    inputs: readonly LeaderboardUpdateInput[],
    sendOptions: SendOptions = {},
  ): Promise<SendOutcome[]> {
    return Promise.all(inputs.map((input) => outcomeOf(sendLeaderboardUpdate(input, sendOptions))));
  }

  return {
    sendLeaderboardUpdate,
    sendLeaderboardUpdates,
    flush: () => delivery.flush(),
    close: () => (closing ??= delivery.close()),
  };
}

async function outcomeOf(result: Promise<SentUpdate>): Promise<SendOutcome> {
  try {
    return { status: 'sent', sent: await result };
  } catch (error) {
    if (!LeaderboardError.isInstance(error)) throw error;
    return { status: 'failed', error };
  }
}
