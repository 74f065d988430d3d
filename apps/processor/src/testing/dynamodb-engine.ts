import {
  CreateTableCommand,
  type DynamoDBClient,
  type ScalarAttributeType,
} from '@aws-sdk/client-dynamodb';
import {
  startDynamoDbEngine as startEngine,
  type DynamoDbEngine,
} from '@leaderboard/testing/dynamodb-engine';

export type { DynamoDbEngine };

export const LEDGER_TABLE = 'leaderboard-data-test';
export const PROCESSED_EVENTS_TABLE = 'processed-events-test';

/** An engine with the processor's two tables. */
export async function startDynamoDbEngine(): Promise<DynamoDbEngine> {
  const engine = await startEngine();
  await createTable(engine.client, LEDGER_TABLE, 'timestamp', 'N');
  await createTable(engine.client, PROCESSED_EVENTS_TABLE, 'event_id', 'S');
  return engine;
}

async function createTable(
  client: DynamoDBClient,
  name: string,
  sortKey: string,
  sortKeyType: ScalarAttributeType,
): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'player_id', AttributeType: 'S' },
        { AttributeName: sortKey, AttributeType: sortKeyType },
      ],
      KeySchema: [
        { AttributeName: 'player_id', KeyType: 'HASH' },
        { AttributeName: sortKey, KeyType: 'RANGE' },
      ],
    }),
  );
}
