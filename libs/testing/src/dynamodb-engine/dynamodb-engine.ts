import { randomUUID } from 'node:crypto';
import { DeleteTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';

import { startEngineProcess } from './engine-process.ts';
import { DynamoDbEngineError } from './errors.ts';
import { ENDPOINT_VARIABLE, findEngine, HOST_PLATFORM } from './find-engine.ts';

/** A real DynamoDB engine, for tests. */
export interface DynamoDbEngine {
  readonly endpoint: string;
  /** Variables with which another process reaches the engine: endpoint, region and credentials. */
  readonly environment: Readonly<Record<string, string>>;
  /** A client that lives as long as the engine. */
  readonly client: DynamoDBClient;
  /** One more client, for a test that watches or breaks its requests. It does not retry. */
  createClient(): DynamoDBClient;
  /** Ends the engine, or deletes the tables in one that was running before. */
  stop(): Promise<void>;
}

/**
 * Starts an engine without tables on a free port of 127.0.0.1 and waits until it responds. With
 * `LEADERBOARD_DYNAMODB_ENDPOINT` it uses that engine, under an access key id that nobody else has.
 *
 * @throws DynamoDbEngineError `EngineMissing`, `EngineFailed`, or `InvalidEndpoint`, also for an endpoint that shows
 * the tables of other access key ids.
 * @example
 * ```ts
 * const engine = await startDynamoDbEngine();
 * await engine.client.send(new CreateTableCommand(table));
 * await engine.stop();
 * ```
 */
export async function startDynamoDbEngine(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<DynamoDbEngine> {
  const found = findEngine({ environment, platform: HOST_PLATFORM });
  if ('endpoint' in found) return useRunningEngine(found.endpoint);
  const engine = await startEngineProcess(found.executable);
  return connect(engine.endpoint, 'test', () => engine.stop());
}

async function useRunningEngine(endpoint: string): Promise<DynamoDbEngine> {
  const engine = connect(endpoint, `test${randomUUID().replaceAll('-', '')}`, async (client) => {
    for (const TableName of await tablesOf(client)) {
      await client.send(new DeleteTableCommand({ TableName }));
    }
  });
  const tables = await tablesOf(engine.client);
  if (tables.length > 0) {
    engine.client.destroy();
    throw new DynamoDbEngineError(
      'InvalidEndpoint',
      `The engine that ${ENDPOINT_VARIABLE} names (${endpoint}) shows tables of others to a new access key id: ${tables.join(', ')}. ` +
        'Tests run side by side and need their own tables: use an engine that keeps access key ids apart (DynamoDB Local without -sharedDb), ' +
        'or unset the variable and install Dynoxide.',
    );
  }
  return engine;
}

function connect(
  endpoint: string,
  accessKeyId: string,
  end: (client: DynamoDBClient) => Promise<void>,
): DynamoDbEngine {
  const region = 'us-west-1';
  const credentials = { accessKeyId, secretAccessKey: 'test' };
  const createClient = () => new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
  const client = createClient();
  return {
    endpoint,
    environment: {
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    client,
    createClient,
    stop: async () => {
      await end(client);
      client.destroy();
    },
  };
}

/** At most 100, which is one page. */
async function tablesOf(client: DynamoDBClient): Promise<string[]> {
  return (await client.send(new ListTablesCommand({}))).TableNames ?? [];
}
