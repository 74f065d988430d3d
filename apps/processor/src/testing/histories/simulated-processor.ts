import { Logger } from '@aws-lambda-powertools/logger';
import { DEFAULT_OCCURRED_AT_LIMITS } from '@leaderboard/contracts';
import { PROCESSOR_METRICS, type ProcessorMetric } from '@leaderboard/contracts/metrics';
import { SqsDeadLetterQueue } from '@leaderboard/function';
import { CapturedMetrics } from '@leaderboard/testing/telemetry';
import type { Context, SQSRecord } from 'aws-lambda';
import { LedgerStore } from '../../ledger-store.ts';
import { createQueueHandler } from '../../queue-handler.ts';
import { DeadLetterEdge, type DeadLetterEdgeOptions } from './dead-letter-edge.ts';
import { DynamoDbEdge, type DynamoDbEdgeOptions } from './dynamodb-edge.ts';
import type { Invocation } from './invocation.ts';
import { TABLES } from './table-access.ts';

export const MAX_RECEIVE_COUNT = 3;
const MARKER_TTL_SECONDS = 60 * 86_400;

const logger = new Logger({ logLevel: 'SILENT' });

export interface Response {
  /** Ids of the messages that return to the queue. */
  readonly returned: ReadonlySet<string>;
  /** Messages that it counted as being in the ledger by themselves. */
  readonly written: number;
}

export interface SimulatedProcessorOptions {
  readonly dynamodb: DynamoDbEdgeOptions;
  readonly deadLetters: DeadLetterEdgeOptions;
  readonly random: () => number;
}

/** The processor's real code between simulated edges. Any number of invocations run at the same time. */
export class SimulatedProcessor {
  readonly #options: SimulatedProcessorOptions;
  readonly #dynamodb: DynamoDbEdge;
  readonly #deadLetters: DeadLetterEdge;

  constructor(options: SimulatedProcessorOptions) {
    this.#options = options;
    this.#dynamodb = new DynamoDbEdge(options.dynamodb);
    this.#deadLetters = new DeadLetterEdge(options.deadLetters);
  }

  /** Runs an invocation. The promise of one that is killed stays pending. */
  async run(invocation: Invocation, batch: readonly SQSRecord[]): Promise<Response> {
    const { simulation } = this.#options.dynamodb;
    const metrics = new CapturedMetrics<ProcessorMetric>();
    const handler = createQueueHandler({
      store: new LedgerStore({
        client: this.#dynamodb.clientOf(invocation),
        ledgerTableName: TABLES.ledger,
        processedEventsTableName: TABLES.processedEvents,
        markerTtlSeconds: MARKER_TTL_SECONDS,
      }),
      deadLetters: new SqsDeadLetterQueue({
        client: this.#deadLetters.clientOf(invocation),
        queueUrl: 'https://sqs.us-west-1.amazonaws.com/000000000000/dead-letters.fifo',
      }),
      logger,
      metrics,
      occurredAtLimits: DEFAULT_OCCURRED_AT_LIMITS,
      boards: [],
      maxReceiveCount: MAX_RECEIVE_COUNT,
      now: () => simulation.nowMs,
      random: this.#options.random,
      sleep: invocation.sleep,
    });
    const context = { getRemainingTimeInMillis: () => invocation.remainingMs } as Context;
    const { batchItemFailures } = await handler({ Records: [...batch] }, context);
    return {
      returned: new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)),
      written: metrics.total(PROCESSOR_METRICS.updateSuccess),
    };
  }
}
