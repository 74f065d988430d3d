import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startFifoQueue, type FifoQueue } from '../testing/fifo-queue.ts';
import { createProducer, type Producer } from './index.ts';

let queue: FifoQueue;
let producer: Producer;

beforeAll(async () => {
  queue = await startFifoQueue();
  producer = createProducer({
    queueUrl: queue.queueUrl,
    endpoint: queue.endpoint,
    region: 'us-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterAll(async () => {
  await producer.close();
  await queue.stop();
});

test('within the deduplication interval SQS drops a repeat, and accepts other content under the same event id', async () => {
  const update = { player_id: 'player-1', game_id: 'chess', event_id: 'match-991', score: 10 };
  const first = await producer.sendLeaderboardUpdate(update);
  const repeat = await producer.sendLeaderboardUpdate({ ...update, metadata: {} });
  const later = await producer.sendLeaderboardUpdate({
    ...update,
    occurred_at: new Date(Date.now() - 60_000).toISOString(),
  });
  const other = await producer.sendLeaderboardUpdate({ ...update, score: 9999 });

  expect([repeat.message_id, later.message_id]).toEqual([first.message_id, first.message_id]);
  expect(other.message_id).not.toBe(first.message_id);
  const bodies = (await queue.bodies()).map((body) => JSON.parse(body) as { score: number });
  expect(bodies.map(({ score }) => score)).toEqual([10, 9999]);
});
