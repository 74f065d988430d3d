import type { BodyCheck } from './body-model.ts';

/** What handles a method's requests. */
export type Integration =
  | {
      readonly type: 'AWS_PROXY';
      readonly functionName: string;
      /** How long the API waits for the function, in ms. */
      readonly timeoutMs: number;
    }
  | {
      readonly type: 'MOCK';
      /** By content type of the request. */
      readonly requestTemplates: Readonly<Record<string, string>>;
    };

/** The fixed response of a `MOCK` integration. */
export interface MockResponse {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Method {
  readonly resourceId: string;
  readonly httpMethod: string;
  readonly apiKeyRequired: boolean;
  /** Names of models by content type; `$default` is for every other. Applied only if the validator checks bodies. */
  readonly requestModels: Readonly<Record<string, string>>;
  readonly requestValidatorId: string | undefined;
}

/** The program's own response to errors of one type. */
export interface GatewayResponseMapping {
  readonly status: number | undefined;
  /** Template of a JSON body. */
  readonly template: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** A REST API as its resources declare it. A deployment is a copy of it. */
export class RestApiDefinition {
  readonly id: string;
  readonly name: string;
  /** Resource id → path, `/` for the root. */
  readonly paths = new Map<string, string>();
  /** `<HTTP method> <resource id>` → the method. */
  readonly methods = new Map<string, Method>();
  readonly integrations = new Map<string, Integration>();
  readonly mockResponses = new Map<string, MockResponse>();
  /** By model name. */
  readonly models = new Map<string, BodyCheck>();
  /** Ids of the request validators that check bodies. */
  readonly bodyValidators = new Set<string>();
  /** By response type, for example `THROTTLED` or `DEFAULT_4XX`. */
  readonly gatewayResponses = new Map<string, GatewayResponseMapping>();

  constructor(id: string, name: string, rootResourceId: string) {
    this.id = id;
    this.name = name;
    this.paths.set(rootResourceId, '/');
  }

  /** Later resources do not change the copy: a program that deploys too early misses them, as in AWS. */
  copy(): RestApiDefinition {
    const copy = new RestApiDefinition(this.id, this.name, '');
    copy.paths.clear();
    copyInto(copy.paths, this.paths);
    copyInto(copy.methods, this.methods);
    copyInto(copy.integrations, this.integrations);
    copyInto(copy.mockResponses, this.mockResponses);
    copyInto(copy.models, this.models);
    copyInto(copy.gatewayResponses, this.gatewayResponses);
    for (const id of this.bodyValidators) copy.bodyValidators.add(id);
    return copy;
  }

  /** The key of a method in the maps of this definition. */
  static methodKey(httpMethod: string, resourceId: string): string {
    return `${httpMethod} ${resourceId}`;
  }
}

function copyInto<Key, Value>(target: Map<Key, Value>, source: ReadonlyMap<Key, Value>): void {
  for (const [key, value] of source) target.set(key, value);
}
