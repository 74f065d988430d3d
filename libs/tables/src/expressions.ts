import type { Item } from './conversion.ts';
import type { IndexDefinition, KeySchema, TableDefinition } from './table-definition.ts';

/** What a write depends on. Spread it into the input of a command. */
export interface WriteCondition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

/** A change of some attributes of an item. Spread it into the input of an `UpdateCommand`. */
export interface UpdateExpression {
  readonly UpdateExpression: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, unknown>;
}

/** A choice of attributes. Spread it into the input of a command. */
export interface Projection {
  readonly ProjectionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
}

/** Which items a query reads, and which attributes of them. Spread it into the input of a `QueryCommand`. */
export interface QueryExpression {
  readonly IndexName?: string;
  readonly KeyConditionExpression: string;
  readonly ProjectionExpression?: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, unknown>;
}

/** Part of a partition, by the sort key. DynamoDB takes one condition only; a range with two ends includes both. */
export type SortKeyRange =
  | { readonly is: string | number }
  | { readonly above: string | number }
  | { readonly below: string | number }
  | { readonly from: string | number; readonly to?: string | number }
  | { readonly startsWith: string };

export interface QueryOptions {
  /** The whole partition if left out. */
  readonly sortKey?: SortKeyRange | undefined;
  /** All attributes that the table or the index holds if left out. */
  readonly attributes?: readonly string[] | undefined;
}

/** The write takes place only if there is no item under its key. */
export function ifAbsent({ partitionKey }: TableDefinition): WriteCondition {
  return { ConditionExpression: `attribute_not_exists(${partitionKey.name})` };
}

/** These attributes alone, whatever words are reserved in expressions. */
export function projection(attributes: readonly string[]): Projection {
  return {
    ProjectionExpression: attributes.map((name) => `#${name}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
  };
}

/**
 * A query of one partition of a table or an index.
 *
 * @example
 * new QueryCommand({
 *   TableName,
 *   ...queryOf(LEDGER_TABLE, 'ada', { sortKey: { above: 1_795_255_200_000 }, attributes: LEDGER_UPDATE_ATTRIBUTES }),
 * });
 */
export function queryOf(
  schema: KeySchema | IndexDefinition,
  partition: string,
  { sortKey, attributes }: QueryOptions = {},
): QueryExpression {
  const condition = sortKey && rangeCondition(sortKey);
  const projected = attributes && projection(attributes);
  return {
    ...('projection' in schema && { IndexName: schema.name }),
    ...(projected && { ProjectionExpression: projected.ProjectionExpression }),
    KeyConditionExpression: `#pk = :pk${condition ? ` AND ${condition.expression}` : ''}`,
    ExpressionAttributeNames: {
      ...projected?.ExpressionAttributeNames,
      '#pk': schema.partitionKey.name,
      ...(condition && { '#sk': sortKeyOf(schema) }),
    },
    ExpressionAttributeValues: { ':pk': partition, ...condition?.values },
  };
}

function rangeCondition(range: SortKeyRange): { expression: string; values: Item } {
  if ('is' in range) return { expression: '#sk = :sk', values: { ':sk': range.is } };
  if ('above' in range) return { expression: '#sk > :sk', values: { ':sk': range.above } };
  if ('below' in range) return { expression: '#sk < :sk', values: { ':sk': range.below } };
  if ('startsWith' in range) {
    return { expression: 'begins_with(#sk, :sk)', values: { ':sk': range.startsWith } };
  }
  const { from, to } = range;
  if (to === undefined) return { expression: '#sk >= :sk', values: { ':sk': from } };
  return { expression: '#sk BETWEEN :sk AND :to', values: { ':sk': from, ':to': to } };
}

function sortKeyOf({ sortKey, partitionKey }: KeySchema): string {
  if (sortKey === undefined) {
    throw new TypeError(`The keys of ${partitionKey.name} have no sort key: query it without one.`);
  }
  return sortKey.name;
}
