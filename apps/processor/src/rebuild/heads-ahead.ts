import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Runtime } from '@leaderboard/function';
import {
  backoffMs,
  batchGet,
  LEDGER_TABLE,
  ledgerKey,
  type Head,
  type Item,
} from '@leaderboard/tables';

export type PlayerHead = Head & { readonly playerId: string };

export interface HeadsAheadOptions extends Runtime {
  readonly client: DynamoDBDocumentClient;
  readonly ledgerTableName: string;
}

/** Attempts while a transaction on the item is under way. */
const MAX_ATTEMPTS = 10;
const BACKOFF = { baseMs: 50, maxMs: 1_000 };

/**
 * The heads whose ledger item is not there: the ledger was restored to an earlier time. A processor may write meanwhile: a head
 * and its ledger item become visible one after the other, so an item that a batch read does not show is read again in a way that
 * waits for its transaction.
 *
 * @returns the ids of the players
 * @throws {TransactionCanceledException} when transactions on an item were under way in each of 10 attempts
 */
export async function headsAhead(
  heads: readonly PlayerHead[],
  options: HeadsAheadOptions,
): Promise<readonly string[]> {
  const { ledgerTableName: tableName } = options;
  // A head of version 0 says that a message was settled, and names no item.
  const naming = heads.filter(({ version }) => version > 0);
  const { partitionKey, sortKey } = LEDGER_TABLE;
  const items = await batchGet(
    naming.map(({ playerId, timestamp }) => ledgerKey(playerId, timestamp)),
    {
      ...options,
      tableName,
      consistentRead: true,
      attributes: [partitionKey.name, sortKey.name],
    },
  );
  const shown = new Set(items.map((item) => item[partitionKey.name]));
  const ahead: string[] = [];
  for (const { playerId, timestamp } of naming) {
    if (shown.has(playerId)) continue;
    if (!(await isInLedger(ledgerKey(playerId, timestamp), options))) ahead.push(playerId);
  }
  return ahead;
}

async function isInLedger(Key: Item, options: HeadsAheadOptions): Promise<boolean> {
  const { client, ledgerTableName: TableName, sleep, random } = options;
  const command = new TransactGetCommand({ TransactItems: [{ Get: { TableName, Key } }] });
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { Responses: [response] = [] } = await client.send(command);
      return response?.Item !== undefined;
    } catch (error) {
      const isUnderWay = error instanceof TransactionCanceledException;
      if (!isUnderWay || attempt === MAX_ATTEMPTS) throw error;
      await sleep(backoffMs(attempt, random(), BACKOFF));
    }
  }
}
