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
import { toLedgerUpdate } from '../fold/ledger-update.ts';
import type { Item } from '../table/attributes.ts';
import type { Tables } from './dynamodb-engine.ts';

/**
 * The standings table as the ledger says it must be, item for item as DynamoDB JSON with sorted keys: a plain sort and
 * fold over the whole ledger, with nothing of the projector.
 */
export async function expectedStandings(
  client: DynamoDBClient,
  tables: Tables,
  definitions: readonly BoardDefinition[],
): Promise<string[]> {
  const updates = (await scan(client, tables.ledger))
    .map(toLedgerUpdate)
    .toSorted((a, b) => a.version - b.version);
  const standings = new Map<string, Item>();
  const applied = new Map<string, Item>();
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

/** What the standings table holds of players, in the same form; when something was applied is left out. */
export async function storedStandings(client: DynamoDBClient, tables: Tables): Promise<string[]> {
  const items = await scan(client, tables.standings);
  return items
    .filter((item) => item['player_id']?.S?.startsWith('#') === false)
    .map((item) =>
      canonical(Object.fromEntries(Object.entries(item).filter(([name]) => name !== 'applied_at'))),
    )
    .toSorted();
}

export async function scan(client: DynamoDBClient, tableName: string): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
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

function canonical(item: Item): string {
  return JSON.stringify(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
