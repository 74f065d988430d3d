import { leadingKey, leadingKeyOfQuery, type AttributeMap } from './leading-keys.ts';
import type { ResourceNames } from '../resource-names.ts';
import { stringOf, type AccessRequest, type OperationRule, type Operations } from './operation.ts';

type Input = Readonly<Record<string, unknown>>;

interface TableUse {
  readonly action: string;
  /** Name or ARN: requests have either. */
  readonly table: string | undefined;
  readonly index?: string | undefined;
  readonly leadingKeys?: ((partitionKey: string) => (string | undefined)[]) | undefined;
  readonly enclosingOperation?: string;
  readonly input: Input;
}

function needs(use: TableUse, names: ResourceNames): AccessRequest[] {
  if (use.table === undefined) return [];
  const table = use.table.split('/').at(-1) ?? use.table;
  const resource = use.index === undefined ? `table/${table}` : `table/${table}/index/${use.index}`;
  return [
    {
      action: `dynamodb:${use.action}`,
      resource: names.arn('dynamodb', resource),
      conditions: {
        'dynamodb:LeadingKeys': () => {
          const partitionKey = names.tables.partitionKey(table, use.index);
          if (partitionKey === undefined) return undefined;
          const keys = use.leadingKeys?.(partitionKey).filter((key) => key !== undefined);
          return keys === undefined ? undefined : [...new Set(keys)].sort();
        },
        'dynamodb:EnclosingOperation': () => use.enclosingOperation,
        'dynamodb:ReturnConsumedCapacity': () => stringOf(use.input['ReturnConsumedCapacity']),
        'dynamodb:ReturnValues': () => stringOf(use.input['ReturnValues']),
        'dynamodb:Select': () => stringOf(use.input['Select']),
      },
    },
  ];
}

/** An operation on one item, whose key is in `Key` or, if the item is replaced, in `Item`. */
function onItem(
  action: string,
  member: 'Item' | 'Key',
  enclosingOperation?: string,
): OperationRule {
  return ({ input }, names) =>
    needs(
      {
        action,
        table: stringOf(input['TableName']),
        leadingKeys: (partitionKey) => [leadingKey(input[member], partitionKey)],
        input,
        ...(enclosingOperation !== undefined && { enclosingOperation }),
      },
      names,
    );
}

function onTable(action: string): OperationRule {
  return ({ input }, names) => needs({ action, table: stringOf(input['TableName']), input }, names);
}

/** A read of the table or, with `IndexName`, of that index alone. */
function onTableOrIndex(action: string): OperationRule {
  return ({ input }, names) =>
    needs(
      {
        action,
        table: stringOf(input['TableName']),
        index: stringOf(input['IndexName']),
        leadingKeys:
          action === 'Query'
            ? (partitionKey) => [leadingKeyOfQuery(input, partitionKey)]
            : undefined,
        input,
      },
      names,
    );
}

/** A batch needs the action of the batch on each of its tables. */
function onBatchTables(action: string, keysOf: (entry: unknown) => unknown[]): OperationRule {
  return ({ input }, names) =>
    Object.entries((input['RequestItems'] ?? {}) as Input).flatMap(([table, entry]) =>
      needs(
        {
          action,
          table,
          leadingKeys: (partitionKey) => keysOf(entry).map((key) => leadingKey(key, partitionKey)),
          input,
        },
        names,
      ),
    );
}

/** Keys of the items that one table's part of a BatchWriteItem puts or deletes. */
function writtenKeys(entry: unknown): unknown[] {
  return (entry as { PutRequest?: { Item: unknown }; DeleteRequest?: { Key: unknown } }[]).map(
    ({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key,
  );
}

/** Each item of a transaction needs the action of its single operation; the transaction itself has no action. */
function onTransactionItems(
  operation: 'TransactGetItems' | 'TransactWriteItems',
  rules: Readonly<Record<string, OperationRule>>,
): OperationRule {
  return ({ input, path }, names) =>
    ((input['TransactItems'] ?? []) as Readonly<Record<string, AttributeMap>>[]).flatMap((item) =>
      Object.entries(item).flatMap(([kind, part]) => {
        const rule = rules[kind];
        if (rule === undefined) throw new Error(`${operation} has no item of kind ${kind}.`);
        return rule({ input: part, path }, names);
      }),
    );
}

/** DynamoDB's actions ("Actions, resources, and condition keys for Amazon DynamoDB"; "IAM for DynamoDB transactions"). */
export const dynamodbOperations: Operations = {
  BatchGetItem: onBatchTables('BatchGetItem', (entry) => (entry as { Keys: unknown[] }).Keys),
  BatchWriteItem: onBatchTables('BatchWriteItem', writtenKeys),
  CreateTable: onTable('CreateTable'),
  DeleteItem: onItem('DeleteItem', 'Key'),
  DeleteTable: onTable('DeleteTable'),
  DescribeTable: onTable('DescribeTable'),
  DescribeTimeToLive: onTable('DescribeTimeToLive'),
  GetItem: onItem('GetItem', 'Key'),
  ListTables: () => [{ action: 'dynamodb:ListTables', resource: '*' }],
  PutItem: onItem('PutItem', 'Item'),
  Query: onTableOrIndex('Query'),
  Scan: onTableOrIndex('Scan'),
  TransactGetItems: onTransactionItems('TransactGetItems', {
    Get: onItem('GetItem', 'Key', 'TransactGetItems'),
  }),
  TransactWriteItems: onTransactionItems('TransactWriteItems', {
    ConditionCheck: onItem('ConditionCheckItem', 'Key', 'TransactWriteItems'),
    Delete: onItem('DeleteItem', 'Key', 'TransactWriteItems'),
    Put: onItem('PutItem', 'Item', 'TransactWriteItems'),
    Update: onItem('UpdateItem', 'Key', 'TransactWriteItems'),
  }),
  UpdateItem: onItem('UpdateItem', 'Key'),
};
