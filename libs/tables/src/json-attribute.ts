import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/**
 * A JSON value as an attribute, without loss: numbers as their decimal digits, every key as it is.
 *
 * Only for metadata, which is the game's own JSON. The SDK's marshaller takes `{ constructor: { name: 'Map' } }` for a Map,
 * drops a key `__proto__` and refuses integers above 2^53; everything else is converted by `@aws-sdk/lib-dynamodb`.
 *
 * @throws TypeError for a value that JSON does not have, such as `undefined`
 * @example
 * jsonAttribute({ level: 0.1 }); // { M: { level: { N: '0.1' } } }
 */
export function jsonAttribute(value: unknown): AttributeValue {
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(jsonAttribute) };
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      return { N: String(value) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      return { M: attributesOf(value) };
    default:
      throw new TypeError(`A ${typeof value} is not a JSON value and cannot be stored.`);
  }
}

function attributesOf(fields: object): Record<string, AttributeValue> {
  // `fromEntries` defines its properties, so a key `__proto__` stays a key.
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, jsonAttribute(value)]),
  );
}

/**
 * The JSON value that an attribute of {@link jsonAttribute} holds.
 *
 * @throws TypeError for an attribute of a type that JSON does not have, such as a set
 */
export function fromJsonAttribute(attribute: AttributeValue): unknown {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return Number(attribute.N);
  if (attribute.BOOL !== undefined) return attribute.BOOL;
  if (attribute.NULL) return null;
  if (attribute.L) return attribute.L.map(fromJsonAttribute);
  if (attribute.M) {
    const fields = Object.entries(attribute.M);
    return Object.fromEntries(fields.map(([name, value]) => [name, fromJsonAttribute(value)]));
  }
  throw new TypeError(`An attribute of type ${Object.keys(attribute).join()} is not JSON.`);
}
