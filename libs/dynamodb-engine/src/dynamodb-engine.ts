import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';

const START_TIMEOUT_MS = 20_000;
const POLL_INTERVAL_MS = 20;

/** A real DynamoDB engine in a process of its own, for tests. */
export interface DynamoDbEngine {
  readonly endpoint: string;
  /** A client that lives as long as the engine. */
  readonly client: DynamoDBClient;
  /** One more client, for a test that watches or breaks its requests. It does not retry. */
  createClient(): DynamoDBClient;
  /** Resolves when the process has ended; its tables are gone. */
  stop(): Promise<void>;
}

/**
 * Starts an engine without tables on a free port of 127.0.0.1 and waits until it answers.
 *
 * @throws the error of the last request, if the engine exits or does not answer within 20 s.
 * @example
 * ```ts
 * const engine = await startDynamoDbEngine();
 * await engine.client.send(new CreateTableCommand(table));
 * await engine.stop();
 * ```
 */
export async function startDynamoDbEngine(): Promise<DynamoDbEngine> {
  const binary = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/dynoxide');
  const port = await freePort();
  const engine = spawn(binary, ['serve', '--host', '127.0.0.1', '--port', String(port)], {
    stdio: 'ignore',
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const createClient = () =>
    new DynamoDBClient({
      endpoint,
      region: 'us-west-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
  const client = createClient();
  await untilReady(client, engine);
  return {
    endpoint,
    client,
    createClient,
    stop: async () => {
      client.destroy();
      const exited = once(engine, 'exit');
      engine.kill();
      await exited;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilReady(client: DynamoDBClient, engine: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      await client.send(new ListTablesCommand({}));
      return;
    } catch (error) {
      if (engine.exitCode !== null || Date.now() > deadline) throw error;
      await sleep(POLL_INTERVAL_MS);
    }
  }
}
