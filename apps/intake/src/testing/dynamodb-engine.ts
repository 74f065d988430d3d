import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  startDynamoDbEngine as startEngine,
  type DynamoDbEngine,
} from '@leaderboard/testing/dynamodb-engine';
import { UNROUTED_INDEX } from '../events/dynamodb-event-store.ts';

export type { DynamoDbEngine };

export const EVENTS_TABLE = 'transaction-events-test';
export const IDEMPOTENCY_TABLE = 'idempotency-keys-test';

/** An engine with the intake's two tables. */
export async function startDynamoDbEngine(): Promise<DynamoDbEngine> {
  const engine = await startEngine();
  await createTables(engine.client);
  return engine;
}

async function createTables(client: DynamoDBClient): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: EVENTS_TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['event_id', 'unrouted', 'received_at'].map((name) => ({
        AttributeName: name,
        AttributeType: 'S',
      })),
      KeySchema: [{ AttributeName: 'event_id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: UNROUTED_INDEX,
          KeySchema: [
            { AttributeName: 'unrouted', KeyType: 'HASH' },
            { AttributeName: 'received_at', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  await client.send(
    new CreateTableCommand({
      TableName: IDEMPOTENCY_TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'idempotency_key', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'idempotency_key', KeyType: 'HASH' }],
    }),
  );
}
