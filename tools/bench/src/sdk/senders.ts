import { randomUUID } from 'node:crypto';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createProducer, type LeaderboardUpdateInput } from '@leaderboard/producer-sdk';

/** Sends so many updates to a queue, and ends when all are accepted. */
export type Sender = (queueUrl: string, count: number) => Promise<void>;

/** Requests under way at a time, of every sender with batches: the producer's own default. */
const BATCHES_UNDER_WAY = 8;
const CALLS_UNDER_WAY = 40;
/** Calls of the producer that wait for their results at a time. */
const PRODUCER_CALLS = 900;
const BATCH_SIZE = 10;
/** So many that a batch rarely holds two updates of one player. */
const PLAYERS = 5_000;

const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };

/**
 * - `sdk`: a call of `sendLeaderboardUpdate` for each update
 * - `batches`: what a team writes by hand: no validation, no order after a failure, no retries of single entries
 * - `single`: one `SendMessage` for each update
 */
export const SENDERS = { sdk, batches, single } as const satisfies Record<string, Sender>;

async function sdk(queueUrl: string, count: number): Promise<void> {
  const producer = createProducer({ queueUrl, ...clientOf(queueUrl) });
  await inParallel(PRODUCER_CALLS, count, 1, ([index = 0]) =>
    producer.sendLeaderboardUpdate(updateOf(index)),
  );
  await producer.close();
}

async function batches(queueUrl: string, count: number): Promise<void> {
  const client = new SQSClient({ ...clientOf(queueUrl), maxAttempts: 1 });
  await inParallel(BATCHES_UNDER_WAY, count, BATCH_SIZE, (indexes) =>
    client.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: indexes.map((index, position) => ({ Id: String(position), ...messageOf(index) })),
      }),
    ),
  );
  client.destroy();
}

async function single(queueUrl: string, count: number): Promise<void> {
  const client = new SQSClient({ ...clientOf(queueUrl), maxAttempts: 1 });
  await inParallel(CALLS_UNDER_WAY, count, 1, ([index = 0]) =>
    client.send(new SendMessageCommand({ QueueUrl: queueUrl, ...messageOf(index) })),
  );
  client.destroy();
}

function clientOf(queueUrl: string) {
  return { region: 'us-west-1', endpoint: new URL(queueUrl).origin, credentials };
}

function updateOf(index: number): LeaderboardUpdateInput {
  return {
    player_id: `player-${index % PLAYERS}`,
    game_id: 'chess',
    score: index,
    metadata: { match: `match-${index}`, map: 'harbour' },
  };
}

function messageOf(index: number) {
  const update = {
    ...updateOf(index),
    event_id: randomUUID(),
    occurred_at: new Date().toISOString(),
  };
  return {
    MessageBody: JSON.stringify(update),
    MessageGroupId: update.player_id,
    MessageDeduplicationId: update.event_id,
  };
}

/** Sends the indexes from 0 up to `count`, some at a time, in so many loops. */
async function inParallel(
  loops: number,
  count: number,
  atATime: number,
  send: (indexes: readonly number[]) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const loop = async () => {
    while (next < count) {
      const size = Math.min(atATime, count - next);
      const first = next;
      next += size;
      await send(Array.from({ length: size }, (_, index) => first + index));
    }
  };
  await Promise.all(Array.from({ length: loops }, loop));
}
