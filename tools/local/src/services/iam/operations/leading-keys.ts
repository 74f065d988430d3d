/** An item or a key, in DynamoDB's JSON: `{"player_id": {"S": "p-1"}}`. */
export type AttributeMap = Readonly<Record<string, unknown>>;

/** The partition key's value in an item or a key, as a string, as the condition key `dynamodb:LeadingKeys` has it. */
export function leadingKey(item: unknown, partitionKey: string): string | undefined {
  return scalarString((item as AttributeMap | undefined)?.[partitionKey]);
}

/** The partition key's value in the key condition of a Query, which always compares it for equality. */
export function leadingKeyOfQuery(
  input: Readonly<Record<string, unknown>>,
  partitionKey: string,
): string | undefined {
  const names = (input['ExpressionAttributeNames'] ?? {}) as Readonly<Record<string, string>>;
  const values = (input['ExpressionAttributeValues'] ?? {}) as AttributeMap;
  const condition = input['KeyConditionExpression'];
  if (typeof condition !== 'string') return undefined;
  for (const [, name = '', value = ''] of condition.matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g)) {
    if ((names[name] ?? name) === partitionKey) return scalarString(values[value]);
  }
  return undefined;
}

function scalarString(value: unknown): string | undefined {
  const { S, N, B } = (value ?? {}) as { S?: string; N?: string; B?: string };
  return S ?? N ?? B;
}
