import fc from 'fast-check';

type Schema = Record<string, unknown>;
type Verb = 'get' | 'post';

interface Operation {
  parameters?: { name: string; in: string; schema: Schema }[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
  security?: unknown[];
  responses: Record<string, unknown>;
}

/** An OpenAPI document, as far as requests are made of it. */
export interface OpenApiDocument {
  paths: Record<string, Partial<Record<Verb, Operation>>>;
  components: { schemas: Record<string, Schema> };
}

export interface GeneratedRequest {
  path: string;
  method: Verb;
  headers: Record<string, string>;
  body: string;
}

const CONTENT_TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/xml',
];

/** Few, so that ids and keys repeat, with the same and with other content. */
const SHORT_TEXTS = ['a', 'evt_1', 'match-7', 'player:1'];

/**
 * Requests to every operation of a document: mostly near its schemas, each part valid or not on its own, and sometimes
 * bodies that are not JSON.
 */
export function requestsOf(
  document: OpenApiDocument,
  apiKey: string,
): fc.Arbitrary<GeneratedRequest> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      requestOf(document, path, method as Verb, operation, apiKey),
    ),
  );
  return fc.oneof(...operations);
}

function requestOf(
  document: OpenApiDocument,
  path: string,
  method: Verb,
  operation: Operation,
  apiKey: string,
): fc.Arbitrary<GeneratedRequest> {
  const schema = operation.requestBody?.content['application/json'].schema ?? {};
  const near = valueOf(document, schema).map((value) => JSON.stringify(value));
  const body = fc.oneof(
    { arbitrary: near, weight: 12 },
    { arbitrary: near.map((text) => text.replace('{', '{"event_id":"again",')), weight: 1 },
    { arbitrary: near.map((text) => text.slice(0, -1)), weight: 1 },
    { arbitrary: fc.json(), weight: 2 },
    { arbitrary: fc.string({ unit: 'binary' }), weight: 2 },
    { arbitrary: fc.nat(2_000).map((depth) => '['.repeat(depth) + ']'.repeat(depth)), weight: 1 },
  );
  const optional = (operation.parameters ?? []).map(({ name, schema: shape }) =>
    fc.record(
      { [name]: fc.oneof(fc.constantFrom(...SHORT_TEXTS), headerText(shape)) },
      { requiredKeys: [] },
    ),
  );
  const key =
    operation.security === undefined
      ? fc.constant({})
      : fc.oneof(
          { arbitrary: fc.constant({ 'x-api-key': apiKey }), weight: 9 },
          { arbitrary: fc.constantFrom({}, { 'x-api-key': 'unknown' }), weight: 1 },
        );
  return fc
    .tuple(body, fc.constantFrom(...CONTENT_TYPES), key, ...optional)
    .map(([text, contentType, ...headers]) => ({
      path,
      method,
      headers: Object.assign({ 'Content-Type': contentType }, ...headers) as Record<string, string>,
      body: text,
    }));
}

/** Whatever a client can put into a header. */
function headerText(schema: Schema): fc.Arbitrary<string> {
  const maxLength = Number(schema['maxLength'] ?? 300) + 1;
  return fc.string({ unit: 'grapheme-ascii', maxLength }).map((text) => text.trim());
}

/** Values that fit a schema, and now and then one that does not. */
function valueOf(document: OpenApiDocument, schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof(
    { arbitrary: fitting(document, schema), weight: 30 },
    { arbitrary: fc.jsonValue(), weight: 1 },
  );
}

function fitting(document: OpenApiDocument, schema: Schema): fc.Arbitrary<unknown> {
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    return fitting(document, document.components.schemas[reference.split('/').at(-1) ?? ''] ?? {});
  }
  const alternatives = schema['oneOf'] as Schema[] | undefined;
  if (alternatives !== undefined) {
    return fc.oneof(...alternatives.map((alternative) => fitting(document, alternative)));
  }
  const values = schema['enum'] as unknown[] | undefined;
  if (values !== undefined) return fc.constantFrom(...values);
  switch (schema['type']) {
    case 'object':
      return objectOf(document, schema);
    case 'array':
      return fc.array(valueOf(document, schema['items'] as Schema), { minLength: 1, maxLength: 5 });
    case 'number':
      return fc.oneof(
        fc.integer(),
        fc.double(),
        fc.integer().map((cents) => cents / 100),
      );
    case 'string':
      return textOf(schema);
    default:
      return fc.jsonValue();
  }
}

function objectOf(document: OpenApiDocument, schema: Schema): fc.Arbitrary<unknown> {
  const required = (schema['required'] ?? []) as string[];
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
  const fields = properties.map(([name, property]) => {
    const value = valueOf(document, property).map((content) => [[name, content]]);
    const absent = fc.constant<[string, unknown][]>([]);
    const weight = required.includes(name) ? 30 : 1;
    return fc.oneof({ arbitrary: value, weight }, { arbitrary: absent, weight: 1 });
  });
  const extra = fc.oneof(
    { arbitrary: fc.constant([]), weight: 9 },
    { arbitrary: fc.jsonValue().map((value) => [['extra', value]]), weight: 1 },
  );
  return fc.tuple(...fields, extra).map((entries) => Object.fromEntries(entries.flat()) as unknown);
}

function textOf(schema: Schema): fc.Arbitrary<string> {
  const maxLength = Number(schema['maxLength'] ?? 300);
  const pattern = String(schema['pattern'] ?? '');
  const moments = ['2026-11-21T03:00:00Z', new Date().toISOString()];
  return fc.oneof(
    { arbitrary: fc.constantFrom(...(pattern.includes('T') ? moments : SHORT_TEXTS)), weight: 6 },
    {
      arbitrary: fc.uuid().map((id) => (pattern.includes('T') ? (moments[1] ?? id) : id)),
      weight: 6,
    },
    { arbitrary: fc.string({ unit: 'grapheme', maxLength: maxLength + 1 }), weight: 1 },
  );
}
