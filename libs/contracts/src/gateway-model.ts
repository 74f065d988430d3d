/** A JSON Schema as data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Keywords that draft-04 and API Gateway both support. `required` and the rules of strings (`pattern`, `minLength`,
 * `maxLength`) are omitted on purpose: the API promises messages that name the field, and the gateway's do not. `$id`,
 * `default` and `description` are not used in a model. The gateway would reject or ignore our own formats and keywords.
 */
const KEPT_KEYWORDS = new Set([
  'additionalItems',
  'additionalProperties',
  'allOf',
  'anyOf',
  'enum',
  'items',
  'maxItems',
  'maxProperties',
  'maximum',
  'minItems',
  'minProperties',
  'minimum',
  'multipleOf',
  'not',
  'oneOf',
  'properties',
  'title',
  'type',
  'uniqueItems',
]);

/**
 * Converts a schema of this library to an API Gateway model: JSON Schema draft-04 ("Data models for REST APIs"), which
 * accepts at least everything that the schema accepts. The function behind the gateway checks the rest.
 *
 * @example
 * new aws.apigateway.Model('webhook-event', { contentType: '$default', schema: JSON.stringify(gatewayModel(schema)) });
 */
export function gatewayModel(schema: JsonSchema): JsonSchema {
  return { $schema: 'http://json-schema.org/draft-04/schema#', ...translate(schema) };
}

function translate(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]) => keywordOf(keyword, value)),
  );
}

function keywordOf(keyword: string, value: unknown): [string, unknown][] {
  if (keyword === 'const') return [['enum', [value]]];
  if (keyword === 'exclusiveMinimum')
    return [
      ['minimum', value],
      [keyword, true],
    ];
  if (keyword === 'exclusiveMaximum')
    return [
      ['maximum', value],
      [keyword, true],
    ];
  if (!KEPT_KEYWORDS.has(keyword)) return [];
  if (keyword === 'properties') {
    const properties = Object.entries(value as Record<string, JsonSchema>);
    return [
      [keyword, Object.fromEntries(properties.map(([name, part]) => [name, translate(part)]))],
    ];
  }
  return [[keyword, keyword === 'enum' ? value : translateNested(value)]];
}

function translateNested(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((part: unknown) => translateNested(part));
  return typeof value === 'object' && value !== null ? translate(value as JsonSchema) : value;
}
