import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { decimalOf, integerOf, projection, text, textOf, type Item } from './attributes.ts';
import { batchGet } from './batch-get.ts';
import type { ReadMeter } from './read-meter.ts';

/** A player's standing on one window of a board, as the table had it at the time of the read. */
export interface TableStanding {
  readonly playerId: string;
  /** Canonical decimal string. */
  readonly score: string;
  /** As the update had it: ISO 8601 in UTC, with or without ms. */
  readonly achievedAt: string;
  readonly updates: number;
  readonly rankKey: string;
  /** Hash of the definition under which it was folded. */
  readonly definitionHash: string;
}

export interface StandingsTableOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly meter: ReadMeter;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** What a response is made of; no other attribute leaves the table. */
const STANDING = projection([
  'player_id',
  'score',
  'achieved_at',
  'updates',
  'rank_key',
  'definition_hash',
]);

/** The standings that the projector writes. */
export class StandingsTable {
  readonly #options: StandingsTableOptions;

  constructor(options: StandingsTableOptions) {
    this.#options = options;
  }

  /**
   * The standings of these players on a window of a board, in no particular order; players without one are left out.
   *
   * @param consistency `strong` sees every write that has completed; it costs twice as much as `eventual`.
   * @throws ReadsThrottledError the table stays throttled
   */
  async standings(
    playerIds: readonly string[],
    boardWindow: string,
    consistency: 'strong' | 'eventual',
  ): Promise<TableStanding[]> {
    const keys = playerIds.map((id) => ({ player_id: text(id), board_window: text(boardWindow) }));
    const items = await batchGet(keys, {
      ...this.#options,
      consistentRead: consistency === 'strong',
      projection: STANDING,
    });
    return items.map(toStanding);
  }
}

function toStanding(item: Item): TableStanding {
  return {
    playerId: textOf(item, 'player_id'),
    score: decimalOf(item, 'score'),
    achievedAt: textOf(item, 'achieved_at'),
    updates: integerOf(item, 'updates'),
    rankKey: textOf(item, 'rank_key'),
    definitionHash: textOf(item, 'definition_hash'),
  };
}
