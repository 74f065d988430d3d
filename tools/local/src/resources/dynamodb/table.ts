import {
  CreateTableCommand,
  DeleteTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import type {
  CreateTableCommandInput,
  KeySchemaElement,
  Projection,
  ScalarAttributeType,
  StreamViewType,
  TableDescription,
} from '@aws-sdk/client-dynamodb';

import { arn } from '../../shared/arn.ts';
import { LocalStackError, messageOf } from '../../shared/errors.ts';
import type { ResourceInputs } from '../resource-inputs.ts';
import type { ResourceProvider, StackContext } from '../stack-context.ts';

const createTable: ResourceProvider = async ({ name: logicalName, inputs }, stack) => {
  const name = inputs.optionalText('name') ?? logicalName;
  inputs.refuse('replicas', 'it has one region.');
  inputs.refuse('importTable', 'import the items through the API.');

  const created = await stack.dynamodb
    .send(new CreateTableCommand(tableDefinition(name, inputs)))
    .catch((cause: unknown) => {
      throw new LocalStackError(
        'InvalidResource',
        `Table "${name}" (${logicalName}) could not be created: ${messageOf(cause)}. ` +
          'A table left in an engine of your own (LEADERBOARD_DYNAMODB_ENDPOINT) must be deleted first, or choose another --environment-suffix.',
        { cause },
      );
    });
  stack.onRemove('dynamodb', () =>
    stack.dynamodb.send(new DeleteTableCommand({ TableName: name })),
  );
  await waitUntilTableExists(
    { client: stack.dynamodb, minDelay: 0.05, maxDelay: 0.5, maxWaitTime: 30 },
    { TableName: name },
  );

  const ttl = inputs.child('ttl');
  if (ttl?.flag('enabled', false) === true) {
    await stack.dynamodb.send(
      new UpdateTimeToLiveCommand({
        TableName: name,
        TimeToLiveSpecification: { AttributeName: ttl.text('attributeName'), Enabled: true },
      }),
    );
  }

  stack.resourceNames.addTable(name, {
    partitionKey: inputs.text('hashKey'),
    indexes: new Map([
      ...inputs
        .children('globalSecondaryIndexes')
        .map((index): [string, string] => [index.text('name'), index.text('hashKey')]),
      ...inputs
        .children('localSecondaryIndexes')
        .map((index): [string, string] => [index.text('name'), inputs.text('hashKey')]),
    ]),
  });
  const tableArn = arn('dynamodb', stack.region, `table/${name}`);
  const stream = streamOf(name, created.TableDescription, tableArn, stack);
  return { id: name, outputs: { name, arn: tableArn, ...stream } };
};

/** Engines name their own region and account in a stream's ARN; the program sees those of the stack. */
function streamOf(
  name: string,
  table: TableDescription | undefined,
  tableArn: string,
  stack: StackContext,
) {
  const { LatestStreamLabel: streamLabel, LatestStreamArn: engineArn } = table ?? {};
  if (streamLabel === undefined || engineArn === undefined) return {};
  const streamArn = `${tableArn}/stream/${streamLabel}`;
  stack.engineStreamArns.set(streamArn, engineArn);
  stack.resourceNames.addStream(name, streamArn, engineArn);
  return { streamLabel, streamArn };
}

function tableDefinition(name: string, inputs: ResourceInputs): CreateTableCommandInput {
  const globalIndexes = inputs.children('globalSecondaryIndexes').map((index) => ({
    IndexName: index.text('name'),
    KeySchema: keySchema(index),
    Projection: projection(index),
  }));
  const localIndexes = inputs.children('localSecondaryIndexes').map((index) => ({
    IndexName: index.text('name'),
    KeySchema: keySchema(inputs, index.text('rangeKey')),
    Projection: projection(index),
  }));
  return {
    TableName: name,
    // Capacity is not metered locally: every table is on demand, whatever the program asks for.
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keySchema(inputs),
    AttributeDefinitions: inputs.children('attributes').map((attribute) => ({
      AttributeName: attribute.text('name'),
      AttributeType: attribute.text('type') as ScalarAttributeType,
    })),
    ...(globalIndexes.length > 0 && { GlobalSecondaryIndexes: globalIndexes }),
    ...(localIndexes.length > 0 && { LocalSecondaryIndexes: localIndexes }),
    ...(inputs.flag('streamEnabled', false) && {
      StreamSpecification: {
        StreamEnabled: true,
        StreamViewType: inputs.text('streamViewType') as StreamViewType,
      },
    }),
  };
}

function keySchema(
  inputs: ResourceInputs,
  rangeKey: string | undefined = inputs.optionalText('rangeKey'),
): KeySchemaElement[] {
  const schema: KeySchemaElement[] = [{ AttributeName: inputs.text('hashKey'), KeyType: 'HASH' }];
  if (rangeKey !== undefined) schema.push({ AttributeName: rangeKey, KeyType: 'RANGE' });
  return schema;
}

function projection(index: ResourceInputs): Projection {
  const type = index.text('projectionType');
  return {
    ProjectionType: type as NonNullable<Projection['ProjectionType']>,
    ...(type === 'INCLUDE' && { NonKeyAttributes: index.texts('nonKeyAttributes') }),
  };
}

export const dynamodbResources: Readonly<Record<string, ResourceProvider>> = {
  'aws:dynamodb/table:Table': createTable,
};
