import type { ResourceNames } from '../resource-names.ts';

/** An action on a resource that must be allowed for an API call. */
export interface AccessRequest {
  /** For example `dynamodb:PutItem`. */
  readonly action: string;
  /** ARN, or `*` for an action that has no resources. */
  readonly resource: string;
  /** Condition keys of the request, read only if a policy uses them. */
  readonly conditions?: Readonly<Record<string, () => string | string[] | undefined>>;
}

/** The parts of an API call that policies depend on. */
export interface ApiCall {
  /** The request's members: the JSON body, or the form fields of the query protocol. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Path of the URL. */
  readonly path: string;
}

/**
 * What an API operation needs, one entry for each action and resource; all must be allowed. None if the request names no
 * resource: the engine rejects such a request itself.
 */
export type OperationRule = (call: ApiCall, names: ResourceNames) => AccessRequest[];

export type Operations = Readonly<Record<string, OperationRule>>;

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
