import { QueryCommand, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { projection, text, type Item } from './attributes.ts';
import type { ReadMeter } from './read-meter.ts';

/** A partition of a table, and the attributes to read of its items. */
export interface Partition {
  readonly client: DynamoDBClient;
  readonly meter: ReadMeter;
  readonly tableName: string;
  readonly key: { readonly name: string; readonly value: string };
  readonly attributes: readonly string[];
}

export interface LastItemsQuery {
  /** Only items whose sort key is less than `value`; without a value, all. */
  readonly below: { readonly name: string; readonly value: AttributeValue | undefined };
  readonly limit: number;
}

/** All items of a partition, over as many pages as DynamoDB needs. */
export async function allItems(
  { client, meter, tableName, key, attributes }: Partition,
  consistency: 'strong' | 'eventual',
): Promise<Item[]> {
  const { ProjectionExpression, ExpressionAttributeNames } = projection(attributes);
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const output = await client.send(
      new QueryCommand({
        TableName: tableName,
        ConsistentRead: consistency === 'strong',
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { ...ExpressionAttributeNames, '#pk': key.name },
        ExpressionAttributeValues: { ':pk': text(key.value) },
        ProjectionExpression,
        ReturnConsumedCapacity: 'TOTAL',
        ExclusiveStartKey: start,
      }),
    );
    meter.add(output.ConsumedCapacity?.CapacityUnits);
    items.push(...(output.Items ?? []));
    start = output.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

/**
 * The items with the greatest sort keys, in descending order, and whether there are more. Eventually consistent. It
 * reads one item beyond the limit, because nothing else shows that there are more.
 */
export async function lastItems(
  { client, meter, tableName, key, attributes }: Partition,
  { below, limit }: LastItemsQuery,
): Promise<{ items: Item[]; hasMore: boolean }> {
  const { ProjectionExpression, ExpressionAttributeNames } = projection(attributes);
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const output = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: `#pk = :pk${below.value ? ' AND #sk < :below' : ''}`,
        ExpressionAttributeNames: {
          ...ExpressionAttributeNames,
          '#pk': key.name,
          ...(below.value && { '#sk': below.name }),
        },
        ExpressionAttributeValues: {
          ':pk': text(key.value),
          ...(below.value && { ':below': below.value }),
        },
        ProjectionExpression,
        ScanIndexForward: false,
        Limit: limit + 1 - items.length,
        ReturnConsumedCapacity: 'TOTAL',
        ExclusiveStartKey: start,
      }),
    );
    meter.add(output.ConsumedCapacity?.CapacityUnits);
    items.push(...(output.Items ?? []));
    start = output.LastEvaluatedKey;
  } while (start !== undefined && items.length <= limit);
  return { items: items.slice(0, limit), hasMore: items.length > limit };
}
