import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { integerOf, textOf } from './attributes.ts';
import { allItems } from './partition-query.ts';
import type { ReadMeter } from './read-meter.ts';

/** A board that has standings. */
export interface RegisteredBoard {
  readonly id: string;
  /** Players in the board's first window when the snapshotter last counted them; undefined before its first count. */
  readonly players: number | undefined;
}

export interface BoardRegistryOptions {
  readonly client: DynamoDBClient;
  readonly standingsTableName: string;
  readonly meter: ReadMeter;
}

/** A partition of the standings table that belongs to no player: a player id starts with a letter or a digit. */
const BOARDS_PARTITION = '#boards';

/** The boards that the projector has registered beside the standings. */
export class BoardRegistry {
  readonly #options: BoardRegistryOptions;

  constructor(options: BoardRegistryOptions) {
    this.#options = options;
  }

  async boards(): Promise<RegisteredBoard[]> {
    const { client, standingsTableName, meter } = this.#options;
    const items = await allItems(
      {
        client,
        meter,
        tableName: standingsTableName,
        key: { name: 'player_id', value: BOARDS_PARTITION },
        attributes: ['board_window', 'players'],
      },
      'eventual',
    );
    return items.map((item) => ({
      id: textOf(item, 'board_window'),
      players: item['players'] && integerOf(item, 'players'),
    }));
  }
}
