import { ScanCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  boardDefinitionHash,
  boardsFor,
  fold,
  windowsOf,
  type BoardDefinition,
  type Standing,
} from '@leaderboard/ranking';
import {
  fromAttributes,
  partitionOf,
  PLAYER_SORT_KEY,
  STANDINGS_TABLE,
  standingsIn,
  standingsSortKey,
  toLedgerUpdate,
  toPlayer,
  type Attributes,
  type Item,
  type StandingRow,
} from '@leaderboard/tables';

/** Physical names of the tables of one stack. */
export interface TableNames {
  readonly ledger: string;
  readonly standings: string;
  readonly ranks: string;
}

/**
 * The standings table as the ledger requires it, standing for standing as JSON with sorted keys: a plain sort and fold over
 * the whole ledger, independent of the projector and of how `@leaderboard/tables` writes standings.
 */
export async function expectedStandings(
  client: DynamoDBClient,
  tables: TableNames,
  definitions: readonly BoardDefinition[],
): Promise<string[]> {
  const updates = (await scan(client, tables.ledger))
    .map((item) => toLedgerUpdate(fromAttributes(item)))
    .toSorted((a, b) => a.version - b.version);
  const standings = new Map<string, StandingRow>();
  const applied = new Map<string, PlayerLine>();
  const folded = new Map<string, Standing>();
  for (const update of updates) {
    for (const board of boardsFor(update, definitions)) {
      for (const boardWindow of windowsOf(board, update.occurred_at)) {
        const definition_hash = boardDefinitionHash(board.definition);
        const key = `${update.player_id} ${boardWindow} ${definition_hash}`;
        const standing = fold(folded.get(key), update, board.definition);
        folded.set(key, standing);
        standings.set(key, {
          ...standing,
          board_window: boardWindow,
          board_id: board.id,
          definition_hash,
        });
      }
    }
    applied.set(update.player_id, {
      player_id: update.player_id,
      board_window: PLAYER_SORT_KEY,
      version: update.version,
      timestamp: update.timestamp,
      definition_hashes: definitions.map(boardDefinitionHash).toSorted().join(','),
    });
  }
  return [...standings.values(), ...applied.values()].map(canonical).toSorted();
}

/** How far a player is folded, beside the standings. */
interface PlayerLine {
  player_id: string;
  board_window: string;
  version: number;
  timestamp: number;
  definition_hashes: string;
}

/**
 * What the standings table holds of players, in the same form, without `applied_at`: present and archived standings alike. A
 * standing in an item where it does not belong shows as a second one.
 */
export async function storedStandings(
  client: DynamoDBClient,
  tables: TableNames,
): Promise<string[]> {
  const items = (await scan(client, tables.standings)).map(fromAttributes);
  return items
    .filter((item) => !partitionOf(item, STANDINGS_TABLE).startsWith('#'))
    .flatMap((item) => [...standingsIn(item), ...playerLine(item)])
    .map(canonical)
    .toSorted();
}

function playerLine(item: Item): PlayerLine[] {
  if (standingsSortKey(item) !== PLAYER_SORT_KEY) return [];
  const { applied } = toPlayer(item);
  if (applied === undefined) return [];
  const { version, timestamp, definition_hashes } = applied;
  const player_id = partitionOf(item, STANDINGS_TABLE);
  return [{ player_id, board_window: PLAYER_SORT_KEY, version, timestamp, definition_hashes }];
}

export async function scan(client: DynamoDBClient, tableName: string): Promise<Attributes[]> {
  const items: Attributes[] = [];
  let start: Attributes | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: tableName,
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

function canonical(item: StandingRow | PlayerLine): string {
  return JSON.stringify(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
