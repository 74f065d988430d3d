import { beforeEach } from '@jest/globals';
import {
  DeleteItemCommand,
  paginateScan,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { documentClient, type Attributes } from '@leaderboard/tables';
import { newPosition, type Position } from '../rebuild/position-file.ts';
import type { Difference } from '../rebuild/rebuild-player.ts';
import { rebuild } from '../rebuild/rebuild.ts';
import { START_MS } from './records.ts';
import { MARKER_TTL_SECONDS, TABLES, useProcessor, type TestProcessor } from './test-processor.ts';

export interface RebuildRun {
  readonly isApply?: boolean;
  readonly position?: Position;
  /** The run is stopped after so many players. */
  readonly stopAfter?: number;
  /** Comes before each request about the processed events; it may throw. */
  readonly before?: (request: string, number: number) => Promise<void>;
  readonly nowMs?: number;
}

export interface RebuildOutcome {
  readonly isComplete: boolean;
  readonly differences: readonly Difference[];
  readonly failed: readonly string[];
  readonly position: Position;
}

export function newRebuildPosition(): Position {
  return newPosition({ ledger: TABLES.ledger, processedEvents: 'p', mode: 'apply' }, 2);
}

/** A processor, and the rebuild of what it remembers. The tables are empty before each test. */
export function useRebuild(): { processor: TestProcessor; tables: RebuildTables } {
  const processor = useProcessor();
  const tables = new RebuildTables(processor);
  beforeEach(async () => {
    for (const table of Object.values(TABLES)) await tables.remove(table);
  });
  return { processor, tables };
}

export class RebuildTables {
  readonly #processor: TestProcessor;

  constructor(processor: TestProcessor) {
    this.#processor = processor;
  }

  async rebuild({
    isApply = true,
    position = newRebuildPosition(),
    stopAfter = Infinity,
    before,
    nowMs = START_MS,
  }: RebuildRun = {}): Promise<RebuildOutcome> {
    const differences: Difference[] = [];
    const failed: string[] = [];
    const stop = new AbortController();
    const dynamoDb = this.#processor.createClient();
    let number = 0;
    dynamoDb.middlewareStack.add(
      (next, context) => async (args) => {
        const request = String(context['commandName']);
        if (request !== 'ScanCommand') await before?.(request, (number += 1));
        return next(args);
      },
      { step: 'initialize' },
    );
    const isComplete = await rebuild({
      dynamoDb,
      client: documentClient(dynamoDb),
      ledgerTableName: TABLES.ledger,
      processedEventsTableName: TABLES.processedEvents,
      markerTtlSeconds: MARKER_TTL_SECONDS,
      isApply,
      position,
      signal: stop.signal,
      differs: (difference) => differences.push(difference),
      playerFailed: (playerId) => failed.push(playerId),
      progressed: () => {
        if (position.counts.players >= stopAfter) stop.abort();
      },
      now: () => nowMs,
      random: () => 0.5,
      sleep: () => Promise.resolve(),
    });
    return { isComplete, differences, failed, position };
  }

  /** Everything in a table, in the order of its keys. */
  async items(table: string): Promise<Attributes[]> {
    const items: Attributes[] = [];
    const pages = paginateScan(
      { client: this.#client },
      { TableName: table, ConsistentRead: true },
    );
    for await (const { Items = [] } of pages) items.push(...Items);
    return items.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  }

  async put(table: string, Item: Attributes): Promise<void> {
    await this.#client.send(new PutItemCommand({ TableName: table, Item }));
  }

  /** Loses items, as a restore to an earlier time does. */
  async remove(table: string, isLost: (item: Attributes) => boolean = () => true): Promise<void> {
    const sortKey = table === TABLES.ledger ? 'timestamp' : 'event_id';
    for (const item of await this.items(table)) {
      const { player_id } = item;
      const sort = item[sortKey];
      if (!player_id || !sort || !isLost(item)) continue;
      const Key = { player_id, [sortKey]: sort };
      await this.#client.send(new DeleteItemCommand({ TableName: table, Key }));
    }
  }

  get #client(): DynamoDBClient {
    return this.#processor.client;
  }
}

function orderOf({ player_id, event_id, timestamp }: Attributes): string {
  return [player_id?.S, event_id?.S, timestamp?.N].join(' ');
}
