import { inOrderOnce, type Delivery, type PipeChaos } from './pipe-chaos.ts';
import type { QueueTarget } from './queue-target.ts';
import type { StreamRecord } from './stream-record.ts';

export interface PipeOptions {
  readonly batchSize: number;
  readonly matches: (record: StreamRecord) => boolean;
  readonly chaos: PipeChaos | undefined;
  readonly target: QueueTarget;
}

/** Filters the records of a stream and delivers them to the target in batches. */
export class Pipe {
  readonly #options: PipeOptions;
  readonly #stopped = new AbortController();

  constructor(options: PipeOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** @param records the records of one read; none while the stream is idle */
  async take(records: readonly StreamRecord[], shardId: string): Promise<void> {
    const { batchSize, matches, chaos } = this.#options;
    const matching = records.filter(matches);
    for (let start = 0; start < matching.length; start += batchSize) {
      const batch = matching.slice(start, start + batchSize);
      await this.#deliver(chaos?.disturb(batch) ?? batch.map(inOrderOnce), shardId);
    }
    if (matching.length === 0 && chaos !== undefined) await this.#deliver(chaos.rest(), shardId);
  }

  async #deliver(deliveries: readonly Delivery[], shardId: string): Promise<void> {
    const { batchSize, target } = this.#options;
    for (let start = 0; start < deliveries.length; start += batchSize) {
      const batch = deliveries.slice(start, start + batchSize);
      await target.deliver(batch, shardId, this.#stopped.signal);
    }
  }
}
