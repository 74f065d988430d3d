import {
  DescribeTableCommand,
  ResourceNotFoundException,
  type DynamoDBClient,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { LEDGER_TABLE, PROCESSED_EVENTS_TABLE, type TableDefinition } from '@leaderboard/tables';

export interface TableNames {
  readonly ledger: string;
  readonly processedEvents: string;
}

/** A table is not what the command line calls it, or cannot be used yet. */
export class WrongTableError extends Error {
  override readonly name = 'WrongTableError';
  readonly code = 'WrongTable';
}

/**
 * Checks that both tables are there and are what they are called, before anything is read or written. Needs
 * `dynamodb:DescribeTable` on both.
 *
 * @throws {WrongTableError}
 */
export async function checkTables(
  client: DynamoDBClient,
  { ledger, processedEvents }: TableNames,
): Promise<void> {
  await checkTable(client, ledger, 'a ledger', LEDGER_TABLE);
  await checkTable(client, processedEvents, 'a table of processed events', PROCESSED_EVENTS_TABLE);
}

async function checkTable(
  client: DynamoDBClient,
  name: string,
  kind: string,
  { partitionKey, sortKey }: TableDefinition,
): Promise<void> {
  const table = await describe(client, name);
  const keys = (table.KeySchema ?? []).map(({ AttributeName }) => AttributeName).join(', ');
  const expected = [partitionKey, ...(sortKey ? [sortKey] : [])].map((key) => key.name).join(', ');
  if (keys !== expected) {
    throw new WrongTableError(
      `${name} is not ${kind}: its keys are ${keys}, those of ${kind} are ${expected}. Check the names of the tables.`,
    );
  }
  if (table.TableStatus !== 'ACTIVE' && table.TableStatus !== 'UPDATING') {
    throw new WrongTableError(
      `The table ${name} is ${table.TableStatus}. Wait until it is ACTIVE: "aws dynamodb wait table-exists --table-name ${name}".`,
    );
  }
}

async function describe(client: DynamoDBClient, TableName: string): Promise<TableDescription> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    return Table ?? {};
  } catch (error) {
    if (error instanceof ResourceNotFoundException) {
      throw new WrongTableError(
        `There is no table ${TableName} in this account and region. Check the name, AWS_PROFILE and AWS_REGION.`,
      );
    }
    if (error instanceof Error && error.name === 'CredentialsProviderError') {
      throw new WrongTableError(
        `There are no AWS credentials: ${error.message}. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
      );
    }
    throw error;
  }
}
