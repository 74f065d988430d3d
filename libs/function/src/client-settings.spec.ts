import { expect, test } from '@jest/globals';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { clientSettings } from './client-settings.ts';

test('a client copies no input for a log that nobody reads', async () => {
  const client = new DynamoDBClient({ ...clientSettings({ maxAttempts: 1 }), region: 'us-west-1' });
  let isRead = false;
  const command = new ListTablesCommand({
    get Limit() {
      isRead = true;
      return 1;
    },
  });
  // Innermost, instead of a request: only the client's own log reads the input before it is serialized.
  client.middlewareStack.add(
    () => () => Promise.resolve({ output: { $metadata: {} }, response: {} }),
    {
      step: 'serialize',
      priority: 'high',
      name: 'respond',
    },
  );
  await client.send(command).catch(() => undefined);
  expect(isRead).toBe(false);
  client.destroy();
});
