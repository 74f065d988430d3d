import { QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { integerOf, projection, text, textOf, type Item } from './attributes.ts';
import type { ReadMeter } from './read-meter.ts';
import type { Completeness, StandingsNotes } from './standings-probe.ts';

/** A board that has had a standing. */
export interface RegisteredBoard {
  readonly id: string;
  /** Players in the board's first window when the snapshotter last counted them; undefined when it has not yet. */
  readonly players: number | undefined;
}

export interface BoardsRegistryOptions {
  readonly client: DynamoDBClient;
  readonly standingsTableName: string;
  readonly meter: ReadMeter;
}

/** Partitions of the table of standings that belong to no player: a player id begins with a letter or a digit. */
const BOARDS_PARTITION = '#boards';
const PROGRESS_PARTITION = '#progress';

/** Sort keys in the partition of the progress. */
const COMPLETENESS_SORT_KEY = 'complete';
const PROGRESS_PREFIX = 'slot-';
const RETRY_PREFIX = 'retry-';

/** What projector, rebuild and snapshotter note about the boards beside the standings. */
export class BoardsRegistry {
  readonly #options: BoardsRegistryOptions;

  constructor(options: BoardsRegistryOptions) {
    this.#options = options;
  }

  async boards(): Promise<RegisteredBoard[]> {
    const items = await this.#partition(BOARDS_PARTITION, ['board_window', 'players']);
    return items.map((item) => ({
      id: textOf(item, 'board_window'),
      players: item['players'] && integerOf(item, 'players'),
    }));
  }

  /** Strongly consistent: a note that takes something back is written before what it is about. */
  async notes(): Promise<StandingsNotes> {
    const items = await this.#partition(
      PROGRESS_PARTITION,
      [
        ...['board_window', 'recorded_at', 'ledger_timestamp', 'lag_ms', 'arrival_ms', 'until'],
        ...['complete_hashes', 'ledger_table_id', 'standings_table_id'],
      ],
      true,
    );
    const itemsOf = (prefix: string) =>
      items.filter((item) => textOf(item, 'board_window').startsWith(prefix));
    const [record] = itemsOf(COMPLETENESS_SORT_KEY);
    return {
      progress: itemsOf(PROGRESS_PREFIX).map((item) => ({
        recordedAt: integerOf(item, 'recorded_at'),
        ledgerTimestamp: integerOf(item, 'ledger_timestamp'),
        lagMs: integerOf(item, 'lag_ms'),
        arrivalMs: integerOf(item, 'arrival_ms'),
      })),
      retries: itemsOf(RETRY_PREFIX).map((item) => ({
        ledgerTimestamp: integerOf(item, 'ledger_timestamp'),
        until: integerOf(item, 'until'),
      })),
      completeness: record && toCompleteness(record),
    };
  }

  async #partition(name: string, attributes: readonly string[], isStrong = false): Promise<Item[]> {
    const { client, standingsTableName, meter } = this.#options;
    const items: Item[] = [];
    let start: Item | undefined;
    do {
      const { Items, LastEvaluatedKey, ConsumedCapacity } = await client.send(
        new QueryCommand({
          TableName: standingsTableName,
          ConsistentRead: isStrong,
          KeyConditionExpression: 'player_id = :partition',
          ExpressionAttributeValues: { ':partition': text(name) },
          ...projection(attributes),
          ReturnConsumedCapacity: 'TOTAL',
          ExclusiveStartKey: start,
        }),
      );
      meter.add(ConsumedCapacity?.CapacityUnits);
      items.push(...(Items ?? []));
      start = LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  }
}

function toCompleteness(item: Item): Completeness {
  return {
    definitionHashes: textOf(item, 'complete_hashes').split(','),
    tableIds: {
      ledger: textOf(item, 'ledger_table_id'),
      standings: textOf(item, 'standings_table_id'),
    },
  };
}
