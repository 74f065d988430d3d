import { QueryCommand, type AttributeValue, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { projection, text, type Item } from './attributes.ts';
import type { ReadMeter } from './read-meter.ts';

export interface DescendingQuery {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly meter: ReadMeter;
  readonly partitionKey: { readonly name: string; readonly value: string };
  readonly sortKey: { readonly name: string; readonly below: AttributeValue | undefined };
  readonly attributes: readonly string[];
  readonly limit: number;
}

/**
 * The last items of a partition below a sort key, from the last backwards, and whether there are more before them.
 * Eventually consistent. One item more than the limit is read, since only that tells.
 */
export async function lastItems(
  query: DescendingQuery,
): Promise<{ items: Item[]; hasMore: boolean }> {
  const { client, tableName, meter, partitionKey, sortKey, attributes, limit } = query;
  const { ProjectionExpression, ExpressionAttributeNames } = projection(attributes);
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const output = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: `#pk = :pk${sortKey.below ? ' AND #sk < :below' : ''}`,
        ExpressionAttributeNames: {
          ...ExpressionAttributeNames,
          '#pk': partitionKey.name,
          ...(sortKey.below && { '#sk': sortKey.name }),
        },
        ExpressionAttributeValues: {
          ':pk': text(partitionKey.value),
          ...(sortKey.below && { ':below': sortKey.below }),
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
