/** An attribute that is a key of a table or an index. */
export interface KeyAttribute {
  readonly name: string;
  /** S = string, N = number. */
  readonly type: 'S' | 'N';
}

/** What a query needs to know of a table or an index. */
export interface KeySchema {
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
}

/** A global secondary index. It holds the keys of an item only, so an item that keeps its place costs no index write. */
export interface IndexDefinition extends KeySchema {
  readonly name: string;
  readonly sortKey: KeyAttribute;
  readonly projection: 'KEYS_ONLY';
}

/**
 * A table as plain data: infra makes a resource of it, `@leaderboard/tables/testing` a `CreateTable` request. Every table
 * is billed per request.
 */
export interface TableDefinition extends KeySchema {
  /** Logical name. The physical one has the suffix of its environment: `standings-dev`. */
  readonly name: string;
  readonly indexes?: readonly IndexDefinition[];
  /** What a record of the table's stream carries; no stream without it. */
  readonly stream?: 'NEW_AND_OLD_IMAGES';
  /** The attribute that says when an item expires, in seconds since the epoch. */
  readonly expiryAttribute?: string;
  /** What an operator does about an item that cannot be read. The message of `CorruptItemError` ends with it. */
  readonly repair: string;
}
