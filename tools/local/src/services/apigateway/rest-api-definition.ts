import type { BodyCheck } from './body-model.ts';

/** What a method's requests are handed to. */
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

/** A fixed answer of a `MOCK` integration. */
export interface MockAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Method {
  readonly resourceId: string;
  readonly httpMethod: string;
  readonly apiKeyRequired: boolean;
  /** Names of models by content type; `$default` is for every other. Not applied without the validator's say. */
  readonly requestModels: Readonly<Record<string, string>>;
  readonly requestValidatorId: string | undefined;
}

/** How the API answers an error of one type, where the program says so. */
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
  /** `<HTTP method> <resource id>` → method and what is behind it. */
  readonly methods = new Map<string, Method>();
  readonly integrations = new Map<string, Integration>();
  readonly mockAnswers = new Map<string, MockAnswer>();
  /** By model name. */
  readonly models = new Map<string, BodyCheck>();
  /** Ids of the request validators that look at bodies. */
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
    copyInto(copy.mockAnswers, this.mockAnswers);
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
