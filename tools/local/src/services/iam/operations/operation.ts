/** An action on a resource that an API call needs to be allowed. */
export interface AccessRequest {
  /** For example `dynamodb:PutItem`. */
  readonly action: string;
  /** ARN, or `*` for an action that has no resources. */
  readonly resource: string;
  /** Condition keys that this request has, read only when a policy asks for them. */
  readonly conditions?: Readonly<Record<string, () => string | string[] | undefined>>;
}

/** An API call as far as policies look at it. */
export interface ApiCall {
  /** The request's members: the JSON body, or the form fields of the query protocol. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Path of the URL. */
  readonly path: string;
}

/** How the names in a request become the ARNs in a policy. */
export interface ResourceNames {
  /** ARN of a resource of this account, for example of `table/leaderboard-data-dev` of `dynamodb`. */
  arn(service: string, resource: string): string;
  /** ARN of a stream by the engine's ARN of it or by a shard iterator; undefined for one of neither. */
  streamArn(reference: string): string | undefined;
  /** Name of the partition key of a table or of its index. */
  partitionKey(table: string, index?: string): string | undefined;
  /** ARN of a secret by its name or its ARN. */
  secretArn(id: string): string;
}

/**
 * What an API operation needs, one entry for each action and resource; all must be allowed. None when the request names
 * nothing to decide about: the engine refuses such a request itself.
 */
export type OperationRule = (call: ApiCall, names: ResourceNames) => AccessRequest[];

export type Operations = Readonly<Record<string, OperationRule>>;

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
