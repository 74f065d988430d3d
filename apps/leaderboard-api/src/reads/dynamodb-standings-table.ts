import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { decimalOf, integerOf, projection, text, textOf, type Item } from './attributes.ts';
import { batchGet } from './batch-get.ts';
import type { ReadMeter } from './read-meter.ts';
import type { Standing, StandingsTable } from './standings-table.ts';

export interface DynamoDbStandingsTableOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly meter: ReadMeter;
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** What an answer is made of; nothing else of an item leaves the table. */
const STANDING = projection([
  'player_id',
  'score',
  'achieved_at',
  'updates',
  'rank_key',
  'definition_hash',
]);

export class DynamoDbStandingsTable implements StandingsTable {
  readonly #options: DynamoDbStandingsTableOptions;

  constructor(options: DynamoDbStandingsTableOptions) {
    this.#options = options;
  }

  async standings(
    playerIds: readonly string[],
    boardWindow: string,
    consistency: 'strong' | 'eventual',
  ): Promise<Standing[]> {
    const keys = playerIds.map((id) => ({ player_id: text(id), board_window: text(boardWindow) }));
    const items = await batchGet(keys, {
      ...this.#options,
      consistentRead: consistency === 'strong',
      projection: STANDING,
    });
    return items.map(toStanding);
  }
}

function toStanding(item: Item): Standing {
  return {
    playerId: textOf(item, 'player_id'),
    score: decimalOf(item, 'score'),
    achievedAt: textOf(item, 'achieved_at'),
    updates: integerOf(item, 'updates'),
    rankKey: textOf(item, 'rank_key'),
    definitionHash: textOf(item, 'definition_hash'),
  };
}
