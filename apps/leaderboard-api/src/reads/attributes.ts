import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue>;

/** An item lacks an attribute that its writer always sets. It means a defect there, never a bad request. */
export class CorruptItemError extends Error {
  override readonly name = 'CorruptItemError';
  readonly code = 'CorruptItem';
}

/** @throws CorruptItemError the item has no text under this name. */
export function textOf(item: Item, name: string): string {
  return item[name]?.S ?? missing(item, name, 'text');
}

/** The decimal text of a number. @throws CorruptItemError the item has no number under this name. */
export function decimalOf(item: Item, name: string): string {
  return item[name]?.N ?? missing(item, name, 'number');
}

/** @throws CorruptItemError the item has no whole number under this name. */
export function integerOf(item: Item, name: string): number {
  const value = Number(decimalOf(item, name));
  return Number.isSafeInteger(value) ? value : missing(item, name, 'whole number');
}

export function text(value: string): AttributeValue {
  return { S: value };
}

/** A projection of these attributes alone, whatever words are reserved in expressions. */
export function projection(names: readonly string[]): {
  ProjectionExpression: string;
  ExpressionAttributeNames: Record<string, string>;
} {
  return {
    ProjectionExpression: names.map((name) => `#${name}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
  };
}

function missing(item: Item, name: string, type: string): never {
  throw new CorruptItemError(
    `An item with the attributes ${Object.keys(item).toSorted().join(', ')} has no ${type} in ${name}.`,
  );
}
