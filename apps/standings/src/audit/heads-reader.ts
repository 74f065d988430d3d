import { ScanCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  batchGet,
  ONLY_HEADS,
  partitionOf,
  playerKey,
  APPLIED_POSITION_ATTRIBUTES,
  PROCESSED_EVENTS_TABLE,
  processedEventKey,
  toAppliedPosition,
  toHead,
  type AuditPosition,
} from '@leaderboard/tables';
import type { Runtime } from '@leaderboard/function';
import { LEDGER_START, type LedgerPosition } from '../fold/player-fold.ts';

export interface HeadsReaderOptions extends Pick<Runtime, 'random' | 'sleep'> {
  readonly client: DynamoDBDocumentClient;
  readonly processedEventsTableName: string;
  readonly standingsTableName: string;
}

/** Items of a page at most: as many heads cost 1,000 read units of the standings. */
const MAX_ITEMS = 2_000;

/** A player whose standings do not hold the whole ledger. */
export interface PlayerBehind {
  readonly playerId: string;
  /** Where the ledger ends. */
  readonly head: number;
  /** Up to which update it is folded. */
  readonly applied: LedgerPosition;
}

/** Compares the heads with the standings, page by page. */
export class HeadsReader {
  readonly #options: HeadsReaderOptions;

  constructor(options: HeadsReaderOptions) {
    this.#options = options;
  }

  /**
   * Compares one page of the processed events: up to 2,000 items, heads and markers.
   *
   * @returns `behind`: mostly because their events are on their way; `next`: the key after which the next page begins, undefined at
   * the end; `units`: the read units that the page cost
   */
  async page(
    after: AuditPosition['after'],
  ): Promise<{ behind: PlayerBehind[]; next: AuditPosition['after']; units: number }> {
    const { client, processedEventsTableName } = this.#options;
    const {
      Items = [],
      LastEvaluatedKey,
      ConsumedCapacity,
    } = await client.send(
      new ScanCommand({
        TableName: processedEventsTableName,
        ReturnConsumedCapacity: 'TOTAL',
        Limit: MAX_ITEMS,
        ...ONLY_HEADS,
        ...(after && { ExclusiveStartKey: processedEventKey(after.playerId, after.eventId) }),
      }),
    );
    let units = ConsumedCapacity?.CapacityUnits ?? 0;
    // The heads first: standings that are read later hold at least what was folded then.
    const heads = Items.map(toHead);
    const players = heads.map(({ playerId }) => playerId);
    const applied = await this.#applied(players, (more) => {
      units += more;
    });
    const behind = heads.flatMap(({ playerId, version }): PlayerBehind[] => {
      const position = applied.get(playerId) ?? LEDGER_START;
      return version > position.version ? [{ playerId, head: version, applied: position }] : [];
    });
    return {
      behind,
      units,
      next: LastEvaluatedKey && {
        playerId: partitionOf(LastEvaluatedKey, PROCESSED_EVENTS_TABLE),
        eventId: String(LastEvaluatedKey[PROCESSED_EVENTS_TABLE.sortKey.name]),
      },
    };
  }

  /**
   * Up to which update each player is folded; players without an item are left out. Eventually consistent, at half the price: an
   * update that counts as lost is minutes old.
   */
  async #applied(
    players: readonly string[],
    onConsumed: (units: number) => void,
  ): Promise<Map<string, LedgerPosition>> {
    const items = await batchGet(players.map(playerKey), {
      ...this.#options,
      tableName: this.#options.standingsTableName,
      attributes: APPLIED_POSITION_ATTRIBUTES,
      consistentRead: false,
      onConsumed,
    });
    return new Map(items.map(toAppliedPosition).map(({ playerId, ...at }) => [playerId, at]));
  }
}
