import { CreateTableCommand, type CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import {
  startDynamoDbEngine as startEngine,
  type DynamoDbEngine as Engine,
} from '@leaderboard/testing/dynamodb-engine';

export interface Tables {
  readonly ledger: string;
  readonly standings: string;
  readonly snapshots: string;
}

export const RANK_INDEX = 'by_rank';

/** An engine with the tables of any number of stacks. */
export interface DynamoDbEngine extends Engine {
  /** The tables of one more stack, empty. */
  createTables(): Promise<Tables>;
}

export async function startDynamoDbEngine(): Promise<DynamoDbEngine> {
  const engine = await startEngine();
  let stacks = 0;
  return {
    ...engine,
    createTables: async () => {
      stacks += 1;
      const tables = {
        ledger: `leaderboard-data-${stacks}`,
        standings: `standings-${stacks}`,
        snapshots: `leaderboard-snapshots-${stacks}`,
      };
      await engine.client.send(new CreateTableCommand(ledgerTable(tables.ledger)));
      await engine.client.send(new CreateTableCommand(standingsTable(tables.standings)));
      await engine.client.send(new CreateTableCommand(snapshotsTable(tables.snapshots)));
      return tables;
    },
  };
}

function ledgerTable(name: string): CreateTableCommandInput {
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys('player_id', 'timestamp'),
    AttributeDefinitions: [
      { AttributeName: 'player_id', AttributeType: 'S' },
      { AttributeName: 'timestamp', AttributeType: 'N' },
    ],
  };
}

function standingsTable(name: string): CreateTableCommandInput {
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys('player_id', 'board_window'),
    AttributeDefinitions: ['player_id', 'board_window', 'rank_partition', 'rank_key'].map(text),
    GlobalSecondaryIndexes: [
      {
        IndexName: RANK_INDEX,
        KeySchema: keys('rank_partition', 'rank_key'),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  };
}

function snapshotsTable(name: string): CreateTableCommandInput {
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys('leaderboard_id', 'as_of'),
    AttributeDefinitions: ['leaderboard_id', 'as_of'].map(text),
  };
}

function keys(partition: string, sort: string): CreateTableCommandInput['KeySchema'] {
  return [
    { AttributeName: partition, KeyType: 'HASH' },
    { AttributeName: sort, KeyType: 'RANGE' },
  ];
}

function text(name: string) {
  return { AttributeName: name, AttributeType: 'S' } as const;
}
