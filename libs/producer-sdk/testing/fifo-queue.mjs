/**
 * A FIFO queue on an embedded SQS engine, in a process of its own: the engine cannot be loaded inside Jest.
 * Prints one line of JSON, `{ endpoint, queueUrl }`, once it serves; every later line of its input is answered with the
 * bodies of the messages in the queue, as a JSON list. Ends with its input.
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
