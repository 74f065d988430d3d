import {
  CreateTableCommand,
  DeleteTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  type CreateTableCommandInput,
  type DynamoDBClient,
  type KeySchemaElement,
  type Projection,
  type ScalarAttributeType,
  type StreamViewType,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';

import type { TableCatalog } from '../../services/dynamodb/table-catalog.ts';
import { arn } from '../../shared/arn.ts';
import { LocalStackError, messageOf } from '../../shared/errors.ts';
import {
  nameOf,
  type CreatedResource,
  type ResourceProviders,
  type ResourceRequest,
} from '../provider.ts';
import type { ResourceInputs } from '../resource-inputs.ts';

export interface DynamoDbProviderOptions {
  readonly region: string;
  /** An administrator's client, connected to the engine. */
  readonly dynamodb: DynamoDBClient;
  readonly tables: TableCatalog;
  /** Registers the removal of a table, for an engine that outlives the stack. */
  readonly onRemove: (remove: () => Promise<unknown>) => void;
}

export function dynamodbProviders(options: DynamoDbProviderOptions): ResourceProviders {
  return { 'aws:dynamodb/table:Table': (resource) => createTable(resource, options) };
}

async function createTable(
  resource: ResourceRequest,
  { region, dynamodb, tables, onRemove }: DynamoDbProviderOptions,
): Promise<CreatedResource> {
  const { inputs } = resource;
  const name = nameOf(resource);
  inputs.unsupported('replicas', 'it has one region.');
  inputs.unsupported('importTable', 'import the items through the API.');

  const created = await dynamodb
    .send(new CreateTableCommand(tableDefinition(name, inputs)))
    .catch((cause: unknown) => {
      throw new LocalStackError(
        'InvalidResource',
        `Table "${name}" (${resource.name}) could not be created: ${messageOf(cause)}. ` +
          'If LEADERBOARD_DYNAMODB_ENDPOINT names an engine that still has the table, delete it there or choose another --environment-suffix.',
        { cause },
      );
    });
  onRemove(() => dynamodb.send(new DeleteTableCommand({ TableName: name })));
  await waitUntilTableExists(
    { client: dynamodb, minDelay: 0.05, maxDelay: 0.5, maxWaitTime: 30 },
    { TableName: name },
  );

  const ttl = inputs.child('ttl');
  if (ttl?.boolean('enabled', false) === true) {
    await dynamodb.send(
      new UpdateTimeToLiveCommand({
        TableName: name,
        TimeToLiveSpecification: { AttributeName: ttl.string('attributeName'), Enabled: true },
      }),
    );
  }

  tables.addTable(name, {
    partitionKey: inputs.string('hashKey'),
    indexes: new Map([
      ...inputs
        .children('globalSecondaryIndexes')
        .map((index): [string, string] => [index.string('name'), index.string('hashKey')]),
      ...inputs
        .children('localSecondaryIndexes')
        .map((index): [string, string] => [index.string('name'), inputs.string('hashKey')]),
    ]),
  });
  const tableArn = arn('dynamodb', region, `table/${name}`);
  const stream = addStream(name, created.TableDescription, tableArn, tables);
  return { id: name, outputs: { name, arn: tableArn, ...stream } };
}

/**
 * A label of a stream is the time of its creation. A program that waits until a new stream can be read does not wait here, where it can
 * be read immediately.
 */
const OLD_STREAM_LABEL = '2000-01-01T00:00:00.000';

/** Engines use their own region and account in a stream's ARN; the program sees those of the stack. */
function addStream(
  name: string,
  table: TableDescription | undefined,
  tableArn: string,
  tables: TableCatalog,
) {
  const engineArn = table?.LatestStreamArn;
  if (engineArn === undefined) return {};
  const streamArn = `${tableArn}/stream/${OLD_STREAM_LABEL}`;
  tables.addStream(name, streamArn, engineArn);
  return { streamLabel: OLD_STREAM_LABEL, streamArn };
}

function tableDefinition(name: string, inputs: ResourceInputs): CreateTableCommandInput {
  const globalIndexes = inputs.children('globalSecondaryIndexes').map((index) => ({
    IndexName: index.string('name'),
    KeySchema: keySchema(index),
    Projection: projection(index),
  }));
  const localIndexes = inputs.children('localSecondaryIndexes').map((index) => ({
    IndexName: index.string('name'),
    KeySchema: keySchema(inputs, index.string('rangeKey')),
    Projection: projection(index),
  }));
  return {
    TableName: name,
    // Capacity is not metered locally: every table is on demand, whatever the program asks for.
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema(inputs),
    AttributeDefinitions: inputs.children('attributes').map((attribute) => ({
      AttributeName: attribute.string('name'),
      AttributeType: attribute.string('type') as ScalarAttributeType,
    })),
    ...(globalIndexes.length > 0 && { GlobalSecondaryIndexes: globalIndexes }),
    ...(localIndexes.length > 0 && { LocalSecondaryIndexes: localIndexes }),
    ...(inputs.boolean('streamEnabled', false) && {
      StreamSpecification: {
        StreamEnabled: true,
        StreamViewType: inputs.string('streamViewType') as StreamViewType,
      },
    }),
  };
}

function keySchema(
  inputs: ResourceInputs,
  rangeKey: string | undefined = inputs.optionalString('rangeKey'),
): KeySchemaElement[] {
  const schema: KeySchemaElement[] = [{ AttributeName: inputs.string('hashKey'), KeyType: 'HASH' }];
  if (rangeKey !== undefined) schema.push({ AttributeName: rangeKey, KeyType: 'RANGE' });
  return schema;
}

function projection(index: ResourceInputs): Projection {
  const type = index.string('projectionType');
  return {
    ProjectionType: type as NonNullable<Projection['ProjectionType']>,
    ...(type === 'INCLUDE' && { NonKeyAttributes: index.strings('nonKeyAttributes') }),
  };
}
