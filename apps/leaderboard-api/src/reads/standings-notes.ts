import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { integerOf, textOf, type Item } from './attributes.ts';
import { allItems } from './partition-query.ts';
import type { ProjectorProgress } from './projector-lag.ts';
import type { ReadMeter } from './read-meter.ts';

/** The ids that DynamoDB gave the tables. */
export interface TableIds {
  readonly ledger: string;
  readonly standings: string;
}

/** The boards whose standings hold the fold of the whole ledger, apart from updates that are still on their way. */
export interface Completeness {
  /** Hashes of their definitions. */
  readonly definitionHashes: readonly string[];
  /** The tables that were compared. */
  readonly tableIds: TableIds;
}

/** Records that the projector is retrying. */
export interface RetryNote {
  /** When the oldest of their updates was written to the ledger (ms since the epoch). */
  readonly ledgerTimestamp: number;
  /** When the note expires (ms since the epoch). */
  readonly until: number;
}

/** What projector and rebuild note about the standings. */
export interface StandingsNotes {
  readonly progress: readonly ProjectorProgress[];
  readonly retries: readonly RetryNote[];
  /** Undefined until the standings have been compared with the ledger. */
  readonly completeness: Completeness | undefined;
}

export interface StandingsNotesReaderOptions {
  readonly client: DynamoDBClient;
  readonly standingsTableName: string;
  readonly meter: ReadMeter;
}

/** A partition of the standings table that belongs to no player: a player id starts with a letter or a digit. */
const PROGRESS_PARTITION = '#progress';
/** Sort keys in that partition. */
const COMPLETENESS_SORT_KEY = 'complete';
const PROGRESS_PREFIX = 'slot-';
const RETRY_PREFIX = 'retry-';

const ATTRIBUTES = [
  ...['board_window', 'recorded_at', 'ledger_timestamp', 'lag_ms', 'arrival_ms', 'until'],
  ...['complete_hashes', 'ledger_table_id', 'standings_table_id'],
];

/** Reads what projector and rebuild note beside the standings. */
export class StandingsNotesReader {
  readonly #options: StandingsNotesReaderOptions;

  constructor(options: StandingsNotesReaderOptions) {
    this.#options = options;
  }

  /** Strongly consistent: a note that revokes a claim is written before the change that makes the claim false. */
  async notes(): Promise<StandingsNotes> {
    const { client, standingsTableName, meter } = this.#options;
    const items = await allItems(
      {
        client,
        meter,
        tableName: standingsTableName,
        key: { name: 'player_id', value: PROGRESS_PARTITION },
        attributes: ATTRIBUTES,
      },
      'strong',
    );
    const itemsOf = (prefix: string) =>
      items.filter((item) => textOf(item, 'board_window').startsWith(prefix));
    const [completeness] = itemsOf(COMPLETENESS_SORT_KEY);
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
      completeness: completeness && toCompleteness(completeness),
    };
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
