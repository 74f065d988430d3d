import type { ResourceNames } from '../resource-names.ts';

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

/**
 * What an API operation needs, one entry for each action and resource; all must be allowed. None when the request names
 * nothing to decide about: the engine refuses such a request itself.
 */
export type OperationRule = (call: ApiCall, names: ResourceNames) => AccessRequest[];

export type Operations = Readonly<Record<string, OperationRule>>;

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
