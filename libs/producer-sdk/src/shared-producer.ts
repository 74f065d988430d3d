import { completeUpdate } from './complete-update.ts';
import { LeaderboardConfigError } from './errors.ts';
import { createProducer } from './producer.ts';
import { systemRuntime } from './runtime.ts';
import type { LeaderboardUpdateInput, Producer, SendOptions, SentUpdate } from './types.ts';

const QUEUE_URL_VARIABLE = 'LEADERBOARD_QUEUE_URL';
let shared: Producer | undefined;

/**
 * Sends one update to the queue in the environment variable `LEADERBOARD_QUEUE_URL`. The first call creates a producer with
 * default options, which the whole process shares.
 *
 * @throws LeaderboardConfigError (as a rejection, code `QueueUrlMissing`) when the variable is not set; otherwise as
 * {@link Producer.sendLeaderboardUpdate}
 * @example
 * await sendLeaderboardUpdate({ player_id: 'player-7', game_id: 'chess', score: 1250 });
 */
export async function sendLeaderboardUpdate(
  update: LeaderboardUpdateInput,
  options: SendOptions = {},
): Promise<SentUpdate> {
  try {
    shared ??= createProducer({ queueUrl: readQueueUrl() });
  } catch (error) {
    if (!LeaderboardConfigError.isInstance(error)) throw error;
    const { update: completed } = completeUpdate(update, systemRuntime);
    throw new LeaderboardConfigError(error.code, error.message, completed);
  }
  return shared.sendLeaderboardUpdate(update, options);
}

function readQueueUrl(): string {
  const queueUrl = process.env[QUEUE_URL_VARIABLE];
  if (queueUrl !== undefined && queueUrl !== '') return queueUrl;
  throw new LeaderboardConfigError(
    'QueueUrlMissing',
    `The environment variable ${QUEUE_URL_VARIABLE} is not set. Set it to the queue's URL (stack output main_queue_url), or use createProducer({ queueUrl }).`,
  );
}
