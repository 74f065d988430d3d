import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { LogWrite } from '../storage/player-transactions.ts';
import type { CompactorEvent } from './compactor-handler.ts';

/** Bytes of log after which a board is compacted, on average: a rank reads the whole log, 4 KB for a read unit. */
const LOG_BYTES = 48 * 1_024;

export interface CompactionStarterOptions {
  readonly client: LambdaClient;
  readonly functionName: string;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Starts the compactor for boards whose log has grown. Nobody counts a log for that: each log item starts it with a probability
 * that is proportional to its size. A start that fails is no harm: later ones, or the schedule, do the same.
 */
export class CompactionStarter {
  readonly #options: CompactionStarterOptions;

  constructor(options: CompactionStarterOptions) {
    this.#options = options;
  }

  async logged(log: readonly LogWrite[]): Promise<void> {
    const { client, functionName, random, onFailure } = this.#options;
    const partitions = log
      .filter(({ bytes }) => random() < bytes / LOG_BYTES)
      .map(({ partition }) => partition);
    if (partitions.length === 0) return;
    try {
      const event: CompactorEvent = { partitions };
      await client.send(
        new InvokeCommand({
          FunctionName: functionName,
          InvocationType: 'Event',
          Payload: JSON.stringify(event),
        }),
      );
    } catch (error) {
      onFailure(error);
    }
  }
}
