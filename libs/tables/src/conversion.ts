import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, NumberValue } from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/** An item in plain JavaScript values. Numbers that were read are `NumberValue`s, which keep every digit. */
export type Item = Readonly<Record<string, unknown>>;

/** An item as a request of the plain client and a record of a stream carry it. */
export type Attributes = Record<string, AttributeValue>;

/**
 * The client for commands of `@aws-sdk/lib-dynamodb` that every table is read and written with. Numbers come as
 * `NumberValue`, because a sum of scores has more digits than a double carries. A value of `undefined` in an item is an
 * error and is not dropped.
 *
 * @param client makes the requests: its settings, middleware and tracing apply
 * @example
 * const client = documentClient(new DynamoDBClient({}));
 * await client.send(new PutCommand({ TableName, Item: toStandingItem(row) }));
 */
export function documentClient(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, { unmarshallOptions: { wrapNumbers: true } });
}

/** An item as {@link documentClient} would send it, for requests of the plain client. */
export function toAttributes(item: Item): Attributes {
  return marshall(item);
}

/**
 * An item as {@link documentClient} would return it. Needed for what the document client leaves as it is: the image in a
 * record of a stream, and the `Item` of an error about a failed condition.
 */
export function fromAttributes(attributes: Attributes): Item {
  return unmarshall(attributes, { wrapNumbers: true });
}

/** Whether a value is a number attribute, written or read. */
export function isNumber(value: unknown): value is number | NumberValue {
  return typeof value === 'number' || value instanceof NumberValue;
}

/** A number attribute with exactly these decimal digits. */
export function exactNumber(decimal: string): NumberValue {
  return NumberValue.from(decimal);
}

/** About the size of an item, in bytes: as JSON, but for what is stored as bytes. */
export function roughBytes(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) =>
      sum +
      name.length +
      (value instanceof Uint8Array ? value.byteLength : JSON.stringify(value).length),
    0,
  );
}
