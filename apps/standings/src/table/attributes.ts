import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Record<string, AttributeValue>;

/** An item lacks an attribute, or holds another type in it: someone else has written it, or it is damaged. */
export class CorruptItemError extends Error {
  override readonly name = 'CorruptItemError';
  readonly code = 'CORRUPT_ITEM';
}

/** The text of a string attribute. @throws {CorruptItemError} */
export function textOf(item: Item, name: string): string {
  const value = item[name]?.S;
  if (value === undefined) throw corrupt(item, name, 'string');
  return value;
}

/** The decimal text of a number attribute, as exact as DynamoDB keeps it. @throws {CorruptItemError} */
export function decimalOf(item: Item, name: string): string {
  const value = item[name]?.N;
  if (value === undefined) throw corrupt(item, name, 'number');
  return value;
}

/** A number attribute that is a whole number within 2^53. @throws {CorruptItemError} */
export function integerOf(item: Item, name: string): number {
  const value = Number(decimalOf(item, name));
  if (!Number.isSafeInteger(value)) throw corrupt(item, name, 'whole number');
  return value;
}

export function text(value: string): AttributeValue {
  return { S: value };
}

/** A number attribute; a decimal text keeps digits that a double would lose. */
export function number(value: number | string): AttributeValue {
  return { N: String(value) };
}

function corrupt(item: Item, name: string, type: string): CorruptItemError {
  const key = ['player_id', 'board_window', 'timestamp', 'leaderboard_id', 'as_of']
    .flatMap((attribute) => item[attribute]?.S ?? item[attribute]?.N ?? [])
    .join(' ');
  return new CorruptItemError(
    `The item "${key}" has no ${type} in its attribute ${name} (it has ${JSON.stringify(item[name])}). ` +
      'Repair or remove the item; `nx run standings:rebuild` writes standings anew.',
  );
}
