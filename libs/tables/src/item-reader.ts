import { NumberValue } from '@aws-sdk/lib-dynamodb';
import { isNumber, type Item } from './conversion.ts';
import { unpackText } from './packed-text.ts';
import type { TableDefinition } from './table-definition.ts';

/** An item lacks an attribute, or holds a value of another type: it is damaged, or another program wrote it. */
export class CorruptItemError extends Error {
  override readonly name = 'CorruptItemError';
  readonly code = 'CorruptItem';
  /** Logical name of the table. */
  readonly table: string;
  readonly attribute: string;

  constructor(table: string, attribute: string, message: string) {
    super(message);
    this.table = table;
    this.attribute = attribute;
  }
}

/**
 * Reads the attributes of an item and checks their types. Every read throws {@link CorruptItemError} when the item does
 * not hold what is requested; the message names the item, the attribute, its value, and what to do.
 *
 * @example
 * const read = new ItemReader(STANDINGS_TABLE, item);
 * read.string('board_id'); // 'GLOBAL'
 * read.decimal('score'); // '12345678901234567890.5'
 */
export class ItemReader {
  readonly #table: TableDefinition;
  readonly #item: Item;
  readonly #place: string;

  /** @param place how a message names the item; by its keys if left out */
  constructor(table: TableDefinition, item: Item, place = placeOf(table, item)) {
    this.#table = table;
    this.#item = item;
    this.#place = place;
  }

  string(name: string): string {
    const value = this.#item[name];
    return typeof value === 'string' ? value : this.#fail(name, 'string');
  }

  /** `undefined` where there is no string under this name: for attributes that items of earlier releases lack. */
  stringIfAny(name: string): string | undefined {
    const value = this.#item[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** A text that `packText` stored. */
  packedText(name: string): string {
    return unpackText(this.#item[name]) ?? this.#fail(name, 'text');
  }

  /** The decimal digits of a number, as exact as DynamoDB keeps them. */
  decimal(name: string): string {
    const value = this.#item[name];
    return isNumber(value) ? value.toString() : this.#fail(name, 'number');
  }

  /** A whole number within ±(2^53-1). */
  integer(name: string): number {
    const value = Number(this.decimal(name));
    return Number.isSafeInteger(value) ? value : this.#fail(name, 'whole number');
  }

  integerIfAny(name: string): number | undefined {
    return this.#item[name] === undefined ? undefined : this.integer(name);
  }

  /** One of these strings. */
  oneOf<const Value extends string>(name: string, values: readonly Value[]): Value {
    const text = this.string(name);
    return (
      values.find((value) => value === text) ?? this.#fail(name, `value of ${values.join(', ')}`)
    );
  }

  /** The objects of a list. */
  list(name: string): ItemReader[] {
    const value = this.#item[name];
    if (!Array.isArray(value)) return this.#fail(name, 'list');
    return value.map(
      (element: Item, index) =>
        new ItemReader(this.#table, element, `${this.#place}, entry ${index} of ${name},`),
    );
  }

  #fail(name: string, type: string): never {
    throw new CorruptItemError(
      this.#table.name,
      name,
      `${this.#place} has no ${type} in its attribute ${name} (it has ${shown(this.#item[name])}). ${this.#table.repair}`,
    );
  }
}

/**
 * The partition key of an item, where it is a string: the player's id in the ledger and the standings.
 *
 * @throws {CorruptItemError}
 */
export function partitionOf(item: Item, table: TableDefinition): string {
  return new ItemReader(table, item).string(table.partitionKey.name);
}

function placeOf({ name, partitionKey, sortKey }: TableDefinition, item: Item): string {
  const keys = [partitionKey, ...(sortKey ? [sortKey] : [])]
    .filter((key) => item[key.name] !== undefined)
    .map((key) => `${key.name} ${shown(item[key.name])}`);
  return `The item ${keys.join(', ')} of the table ${name}`;
}

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  return value instanceof NumberValue ? value.toString() : JSON.stringify(value);
}
