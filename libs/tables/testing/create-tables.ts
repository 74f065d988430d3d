import {
  CreateTableCommand,
  type AttributeDefinition,
  type DynamoDBClient,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb';
import { TABLES, type KeySchema, type TableDefinition, type TableId } from '../src/index.ts';

/**
 * Creates tables on an engine, with their indexes. They have no stream, and nothing expires: tests run at other times than
 * the clock of the engine.
 *
 * @param names physical names of the tables to create
 * @returns the names
 * @throws what the engine says, for example when there is a table of that name
 * @example
 * const { ledger } = await createTables(engine.client, { ledger: 'ledger-1', standings: 'standings-1' });
 */
export async function createTables<Id extends TableId>(
  client: DynamoDBClient,
  names: Readonly<Record<Id, string>>,
): Promise<Readonly<Record<Id, string>>> {
  const ids = Object.keys(names) as Id[];
  await Promise.all(ids.map((id) => createTable(client, TABLES[id], names[id])));
  return names;
}

/** Creates one table under a physical name. */
export async function createTable(
  client: DynamoDBClient,
  definition: TableDefinition,
  name: string,
): Promise<void> {
  const { indexes = [] } = definition;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keySchema(definition),
      AttributeDefinitions: attributeDefinitions([definition, ...indexes]),
      ...(indexes.length > 0 && {
        GlobalSecondaryIndexes: indexes.map((index) => ({
          IndexName: index.name,
          KeySchema: keySchema(index),
          Projection: { ProjectionType: index.projection },
        })),
      }),
    }),
  );
}

function keySchema({ partitionKey, sortKey }: KeySchema): KeySchemaElement[] {
  return [
    { AttributeName: partitionKey.name, KeyType: 'HASH' },
    ...(sortKey ? [{ AttributeName: sortKey.name, KeyType: 'RANGE' as const }] : []),
  ];
}

function attributeDefinitions(schemas: readonly KeySchema[]): AttributeDefinition[] {
  return schemas
    .flatMap(({ partitionKey, sortKey }) => [partitionKey, ...(sortKey ? [sortKey] : [])])
    .map(({ name, type }) => ({ AttributeName: name, AttributeType: type }));
}
