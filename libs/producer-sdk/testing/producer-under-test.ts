import type { Producer, ProducerOptions } from '../src/index.ts';
import { createProducerOn } from '../src/producer.ts';
import { FakeSqs, type Script } from './fake-sqs.ts';
import { VirtualRuntime } from './virtual-runtime.ts';

export const QUEUE_URL =
  'https://sqs.us-west-1.amazonaws.com/123456789012/leaderboard-updates-test.fifo';

/** A producer over a fake queue, on a virtual clock. */
export function producerUnderTest(
  script: Script = {},
  options: Partial<Omit<ProducerOptions, 'client' | 'region' | 'credentials' | 'endpoint'>> = {},
  seed = 1,
): { producer: Producer; sqs: FakeSqs; runtime: VirtualRuntime } {
  const runtime = new VirtualRuntime(seed);
  const sqs = new FakeSqs(runtime, script);
  const producer = createProducerOn({ queueUrl: QUEUE_URL, client: sqs, ...options }, runtime, {});
  return { producer, sqs, runtime };
}
