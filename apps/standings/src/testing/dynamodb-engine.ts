import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type ScalarAttributeType,
} from '@aws-sdk/client-dynamodb';
import {
  startDynamoDbEngine as startEngine,
  type DynamoDbEngine as Engine,
} from '@leaderboard/testing/dynamodb-engine';
import { RANK_INDEX } from '../table/standing-item.ts';

export interface Tables {
  readonly ledger: string;
  readonly standings: string;
  readonly snapshots: string;
}

/** An engine with the tables of any number of stacks. */
export interface DynamoDbEngine extends Engine {
  /** The tables of one more stack, empty. */
  createTables(): Promise<Tables>;
  /** A ledger of that name, empty. */
  createLedger(name: string): Promise<void>;
}

export async function startDynamoDbEngine(): Promise<DynamoDbEngine> {
  const engine = await startEngine();
  let stacks = 0;
  const createLedger = async (name: string) => {
    await engine.client.send(table(name, ['player_id', 'S'], ['timestamp', 'N']));
  };
  return {
    ...engine,
    createLedger,
    createTables: async () => {
      stacks += 1;
      const tables = {
        ledger: `leaderboard-data-${stacks}`,
        standings: `standings-${stacks}`,
        snapshots: `leaderboard-snapshots-${stacks}`,
      };
      await createLedger(tables.ledger);
      await engine.client.send(
        table(tables.standings, ['player_id', 'S'], ['board_window', 'S'], {
          name: RANK_INDEX,
          keys: ['rank_partition', 'rank_key'],
        }),
      );
      await engine.client.send(table(tables.snapshots, ['leaderboard_id', 'S'], ['as_of', 'S']));
      return tables;
    },
  };
}

function table(
  name: string,
  [partitionKey, partitionType]: [string, ScalarAttributeType],
  [sortKey, sortType]: [string, ScalarAttributeType],
  index?: { name: string; keys: [string, string] },
): CreateTableCommand {
  const keySchema = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  const input: CreateTableCommandInput = {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: partitionKey, AttributeType: partitionType },
      { AttributeName: sortKey, AttributeType: sortType },
      ...(index?.keys ?? []).map((key) => ({ AttributeName: key, AttributeType: 'S' as const })),
    ],
    KeySchema: keySchema(partitionKey, sortKey),
    ...(index && {
      GlobalSecondaryIndexes: [
        {
          IndexName: index.name,
          KeySchema: keySchema(...index.keys),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  };
  return new CreateTableCommand(input);
}
