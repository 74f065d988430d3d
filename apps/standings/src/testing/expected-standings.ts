import { ScanCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  boardDefinitionHash,
  boardsFor,
  fold,
  rankKey,
  rankPartition,
  windowsOf,
  type BoardDefinition,
  type Standing,
} from '@leaderboard/ranking';
import { fromAttributes, toLedgerUpdate, type Attributes } from '@leaderboard/tables';

/** Physical names of the tables of one stack. */
export interface TableNames {
  readonly ledger: string;
  readonly standings: string;
}

/**
 * The standings table as the ledger requires it, item for item as DynamoDB JSON with sorted keys: a plain sort and fold over
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
  const standings = new Map<string, Attributes>();
  const applied = new Map<string, Attributes>();
  const folded = new Map<string, Standing>();
  for (const update of updates) {
    for (const board of boardsFor(update, definitions)) {
      for (const boardWindow of windowsOf(board, update.occurred_at)) {
        const key = `${update.player_id} ${boardWindow}`;
        const standing = fold(folded.get(key), update, board.definition);
        folded.set(key, standing);
        standings.set(key, {
          player_id: { S: update.player_id },
          board_window: { S: boardWindow },
          board_id: { S: board.id },
          score: { N: standing.score },
          rank_partition: {
            S: rankPartition(boardWindow, update.player_id, board.definition.shards),
          },
          rank_key: { S: rankKey(standing, board.definition) },
          updates: { N: String(standing.updates) },
          achieved_at: { S: standing.achieved_at },
          version: { N: String(standing.version) },
          definition_hash: { S: boardDefinitionHash(board.definition) },
        });
      }
    }
    applied.set(update.player_id, {
      player_id: { S: update.player_id },
      board_window: { S: '#applied' },
      version: { N: String(update.version) },
      timestamp: { N: String(update.timestamp) },
      definition_hashes: { S: definitions.map(boardDefinitionHash).toSorted().join(',') },
    });
  }
  return [...standings.values(), ...applied.values()].map(canonical).toSorted();
}

/** What the standings table holds of players, in the same form, without `applied_at`. */
export async function storedStandings(
  client: DynamoDBClient,
  tables: TableNames,
): Promise<string[]> {
  const items = await scan(client, tables.standings);
  return items
    .filter((item) => item['player_id']?.S?.startsWith('#') === false)
    .map((item) =>
      canonical(Object.fromEntries(Object.entries(item).filter(([name]) => name !== 'applied_at'))),
    )
    .toSorted();
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

function canonical(item: Attributes): string {
  return JSON.stringify(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
