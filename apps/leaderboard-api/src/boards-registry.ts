import { QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { integerOf, projection, text, textOf, type Item } from './attributes.ts';
import type { ProgressRecords } from './lag-probe.ts';
import type { ProjectorProgress } from './projector-lag.ts';
import type { ReadMeter } from './read-meter.ts';

/** A board that has had a standing. */
export interface RegisteredBoard {
  readonly id: string;
  /** Players in the board's first window when the rebuilder last counted them; undefined when it has not yet. */
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

/** What projector and rebuilder note about the boards beside the standings: which there are, and how far they are. */
export class BoardsRegistry implements ProgressRecords {
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

  async progress(): Promise<ProjectorProgress[]> {
    const attributes = ['recorded_at', 'ledger_timestamp', 'lag_ms', 'arrival_ms'];
    const items = await this.#partition(PROGRESS_PARTITION, attributes);
    return items.map((item) => ({
      recordedAt: integerOf(item, 'recorded_at'),
      ledgerTimestamp: integerOf(item, 'ledger_timestamp'),
      lagMs: integerOf(item, 'lag_ms'),
      arrivalMs: integerOf(item, 'arrival_ms'),
    }));
  }

  async #partition(name: string, attributes: readonly string[]): Promise<Item[]> {
    const { client, standingsTableName, meter } = this.#options;
    const items: Item[] = [];
    let start: Item | undefined;
    do {
      const { Items, LastEvaluatedKey, ConsumedCapacity } = await client.send(
        new QueryCommand({
          TableName: standingsTableName,
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
