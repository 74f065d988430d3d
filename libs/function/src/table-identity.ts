import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

/**
 * Distinguishes a table from one of the same name that was restored or created again. Needs `dynamodb:DescribeTable`.
 *
 * @returns the id that DynamoDB gives a table when it is created
 * @throws what the request throws
 */
export async function tableIdentity(
  client: DynamoDBClient,
  tableName: string,
  abortSignal?: AbortSignal,
): Promise<string> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }), {
    ...(abortSignal && { abortSignal }),
  });
  if (Table?.TableId !== undefined) return Table.TableId;
  throw new Error(`DynamoDB returned no TableId for the table ${tableName}.`);
}
