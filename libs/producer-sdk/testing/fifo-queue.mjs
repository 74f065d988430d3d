/**
 * A FIFO queue on an embedded SQS engine, in its own process: the engine cannot be loaded inside Jest. Prints one line of
 * JSON, `{ endpoint, queueUrl }`, once it listens. For each line of its input it prints the bodies of the messages in the
 * queue, as a JSON list. Exits at the end of its input.
 */
import { createInterface } from 'node:readline';
import { startFauxqs } from 'fauxqs';

const QUEUE_NAME = 'leaderboard-updates-test.fifo';
const server = await startFauxqs({ port: 0, logger: false, defaultRegion: 'us-west-1' });
const { queueUrl } = server.createQueue(QUEUE_NAME, {
  attributes: { FifoQueue: 'true', ContentBasedDeduplication: 'true' },
});
const print = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
print({ endpoint: `http://127.0.0.1:${server.port}`, queueUrl });

for await (const _ of createInterface({ input: process.stdin })) {
  const { ready, inflight } = server.inspectQueue(QUEUE_NAME).messages;
  print([...ready, ...inflight.map(({ message }) => message)].map((message) => message.body));
}
await server.stop();
