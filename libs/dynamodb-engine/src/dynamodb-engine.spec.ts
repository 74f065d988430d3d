import { CreateTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { startDynamoDbEngine, type DynamoDbEngine } from './dynamodb-engine.ts';

async function tablesOf(engine: DynamoDbEngine): Promise<string[] | undefined> {
  const client = engine.createClient();
  try {
    return (await client.send(new ListTablesCommand({}))).TableNames;
  } finally {
    client.destroy();
  }
}

test('engines answer once started, share no tables and end when stopped', async () => {
  const engines = await Promise.all([startDynamoDbEngine(), startDynamoDbEngine()]);
  const [first, second] = engines;
  try {
    await first.client.send(
      new CreateTableCommand({
        TableName: 'ledger',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'player_id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'player_id', KeyType: 'HASH' }],
      }),
    );
    expect(await tablesOf(first)).toEqual(['ledger']);
    expect(await tablesOf(second)).toEqual([]);
  } finally {
    await Promise.all(engines.map((engine) => engine.stop()));
  }
  await expect(tablesOf(first)).rejects.toThrow('ECONNREFUSED');
});
