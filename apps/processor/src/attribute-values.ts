import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/**
 * A JSON value as DynamoDB keeps it, without loss: numbers as their decimal text, every key as it is.
 *
 * Not the SDK's marshaller, because metadata is the game's own: that one takes an object with a key `constructor` for
 * something else than an object.
 *
 * @example
 * ```ts
 * toAttributeValue({ score: 0.1 }); // { M: { score: { N: '0.1' } } }
 * ```
 */
export function toAttributeValue(value: unknown): AttributeValue {
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(toAttributeValue) };
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      return { N: String(value) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      return { M: toAttributeMap(value) };
    default:
      throw new TypeError(`A ${typeof value} is no JSON value and has no place in an item.`);
  }
}

/** The attributes of an item whose attributes are the object's fields. */
export function toAttributeMap(fields: object): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, toAttributeValue(value)]),
  );
}
