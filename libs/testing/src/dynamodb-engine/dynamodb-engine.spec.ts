import { CreateTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { startDynamoDbEngine, type DynamoDbEngine } from './dynamodb-engine.ts';

const WITHOUT_ENDPOINT = { ...process.env, LEADERBOARD_DYNAMODB_ENDPOINT: '' };

async function tablesOf(engine: DynamoDbEngine): Promise<string[] | undefined> {
  const client = engine.createClient();
  try {
    return (await client.send(new ListTablesCommand({}))).TableNames;
  } finally {
    client.destroy();
  }
}

async function createLedger(engine: DynamoDbEngine): Promise<void> {
  await engine.client.send(
    new CreateTableCommand({
      TableName: 'ledger',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'player_id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'player_id', KeyType: 'HASH' }],
    }),
  );
}

test('engines respond once started, share no tables and end when stopped', async () => {
  const engines = await Promise.all([
    startDynamoDbEngine(WITHOUT_ENDPOINT),
    startDynamoDbEngine(WITHOUT_ENDPOINT),
  ]);
  const [first, second] = engines;
  try {
    await createLedger(first);
    expect(await tablesOf(first)).toEqual(['ledger']);
    expect(await tablesOf(second)).toEqual([]);
  } finally {
    await Promise.all(engines.map((engine) => engine.stop()));
  }
  await expect(tablesOf(first)).rejects.toThrow('ECONNREFUSED');
});

test('an engine that was running before keeps running, without the tables of the test', async () => {
  const running = await startDynamoDbEngine(WITHOUT_ENDPOINT);
  try {
    const guest = await startDynamoDbEngine({ LEADERBOARD_DYNAMODB_ENDPOINT: running.endpoint });
    await createLedger(guest);
    expect(await tablesOf(guest)).toEqual(['ledger']);
    await guest.stop();
    expect(await tablesOf(running)).toEqual([]);
  } finally {
    await running.stop();
  }
});

test('an engine that shows the tables of others is refused, and left as it is', async () => {
  const running = await startDynamoDbEngine(WITHOUT_ENDPOINT);
  try {
    await createLedger(running);
    await expect(
      startDynamoDbEngine({ LEADERBOARD_DYNAMODB_ENDPOINT: running.endpoint }),
    ).rejects.toThrow(/shows tables of others to a new access key id: ledger/);
    expect(await tablesOf(running)).toEqual(['ledger']);
  } finally {
    await running.stop();
  }
});
