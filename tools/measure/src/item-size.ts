/** A value as DynamoDB's wire format has it, for example `{ "S": "chess" }`. */
export type AttributeValue = Readonly<Record<string, unknown>>;

/** What a document, a list and each of their entries take beside their content, in bytes. */
const CONTAINER_BYTES = 3;
const ENTRY_BYTES = 1;

/**
 * Bytes of an item as DynamoDB counts them for storage and units (developer guide: DynamoDB item sizes and formats).
 *
 * @example
 * itemBytes({ player_id: { S: 'p-1' }, score: { N: '10' } }); // 9 + 3 + 5 + 2
 */
export function itemBytes(item: Readonly<Record<string, AttributeValue>>): number {
  return sum(Object.entries(item).map(([name, value]) => utf8(name) + valueBytes(value)));
}

function valueBytes(value: AttributeValue): number {
  const [[type, content] = ['NULL', true]] = Object.entries(value);
  switch (type) {
    case 'S':
      return utf8(String(content));
    case 'B':
      return Buffer.from(String(content), 'base64').length;
    case 'N':
      return numberBytes(String(content));
    case 'M': {
      const entries = Object.entries(content as Record<string, AttributeValue>);
      const bytes = entries.map(([name, entry]) => ENTRY_BYTES + utf8(name) + valueBytes(entry));
      return CONTAINER_BYTES + sum(bytes);
    }
    case 'L':
      return (
        CONTAINER_BYTES +
        sum((content as AttributeValue[]).map((entry) => ENTRY_BYTES + valueBytes(entry)))
      );
    case 'BOOL':
    case 'NULL':
      return 1;
    default:
      throw new Error(`No rule for the size of an attribute of type ${type}`);
  }
}

/** One byte for two significant digits, and one more; a sign takes another. */
function numberBytes(text: string): number {
  const digits = text
    .replace(/e.*$/i, '')
    .replace(/\D/g, '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}

function utf8(text: string): number {
  return Buffer.byteLength(text);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
