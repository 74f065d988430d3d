import { setTimeout as delay } from 'node:timers/promises';

import type { CallService } from '../gateway/call-service.ts';
import { toStreamRecord, type EngineRecord, type StreamRecord } from './stream-record.ts';

/** The most records of one GetRecords call (DynamoDB Streams API reference: GetRecords). */
const MAX_RECORDS = 1_000;
/** Pause after a call without records. AWS polls a shard four times a second; here a developer would wait for it. */
const IDLE_MS = 25;
const RETRY_AFTER_ERROR_MS = 500;

export interface StreamReaderOptions {
  /** Calls DynamoDB Streams with the permissions of the pipe's role. */
  readonly streams: CallService;
  /** ARN of the stream in the engine. */
  readonly engineStreamArn: string;
  /** ARN of the stream as the program sees it. */
  readonly streamArn: string;
  readonly region: string;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** Receives the records of one call, possibly none; the next call waits for it. */
  readonly onRecords: (records: StreamRecord[], shardId: string) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

interface DescribedStream {
  readonly StreamDescription?: {
    readonly Shards?: readonly { readonly ShardId?: string }[];
    readonly LastEvaluatedShardId?: string;
  };
}

interface ReadRecords {
  readonly Records?: readonly EngineRecord[];
  readonly NextShardIterator?: string;
}

/** Reads every shard of a stream in order, the shards concurrently. */
export class StreamReader {
  readonly #options: StreamReaderOptions;
  readonly #stopped = new AbortController();
  readonly #shards = new Map<string, Promise<void>>();

  constructor(options: StreamReaderOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#retried(() => this.#startNewShards());
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#shards.values());
  }

  /** A closed shard has child shards with the records that follow. */
  async #startNewShards(): Promise<void> {
    const { streams, engineStreamArn } = this.#options;
    let startAfter: string | undefined;
    do {
      const { StreamDescription }: DescribedStream = await streams('DescribeStream', {
        StreamArn: engineStreamArn,
        ...(startAfter !== undefined && { ExclusiveStartShardId: startAfter }),
      });
      for (const { ShardId = '' } of StreamDescription?.Shards ?? []) {
        if (!this.#shards.has(ShardId)) this.#shards.set(ShardId, this.#readShard(ShardId));
      }
      startAfter = StreamDescription?.LastEvaluatedShardId;
    } while (startAfter !== undefined);
  }

  async #readShard(shardId: string): Promise<void> {
    let iterator = await this.#retried(() => this.#firstIterator(shardId));
    while (iterator !== undefined && !this.#stopped.signal.aborted) {
      const current: string = iterator;
      iterator = await this.#retried(() => this.#readOnce(current, shardId));
    }
    if (!this.#stopped.signal.aborted) await this.#retried(() => this.#startNewShards());
  }

  async #firstIterator(shardId: string): Promise<string | undefined> {
    const { streams, engineStreamArn, startingPosition } = this.#options;
    const { ShardIterator } = await streams<{ ShardIterator?: string }>('GetShardIterator', {
      StreamArn: engineStreamArn,
      ShardId: shardId,
      ShardIteratorType: startingPosition,
    });
    return ShardIterator;
  }

  async #readOnce(iterator: string, shardId: string): Promise<string | undefined> {
    const { streams, streamArn, region, onRecords } = this.#options;
    const { Records = [], NextShardIterator } = await streams<ReadRecords>(
      'GetRecords',
      { ShardIterator: iterator, Limit: MAX_RECORDS },
      this.#stopped.signal,
    );
    await onRecords(
      Records.map((record) => toStreamRecord(record, streamArn, region)),
      shardId,
    );
    if (Records.length === 0) await delay(IDLE_MS, undefined, { signal: this.#stopped.signal });
    return NextShardIterator;
  }

  /** Retries until the attempt succeeds. @returns undefined when the reader stops */
  async #retried<Value>(attempt: () => Promise<Value>): Promise<Value | undefined> {
    while (!this.#stopped.signal.aborted) {
      try {
        return await attempt();
      } catch (error) {
        if (this.#stopped.signal.aborted) return undefined;
        this.#options.onError(error);
        const { signal } = this.#stopped;
        await delay(RETRY_AFTER_ERROR_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    return undefined;
  }
}
