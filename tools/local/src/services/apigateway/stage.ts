import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { ACCOUNT_ID } from '../../shared/arn.ts';
import { messageOf } from '../../shared/errors.ts';
import { requestUrl, type HttpResponse } from '../../shared/loopback-server.ts';
import { TooManyRequestsException, type FunctionHost } from '../lambda/function-host.ts';
import type { FunctionPermissions } from '../lambda/function-permissions.ts';
import type { LogGroups } from '../logs/log-groups.ts';
import type { ApiKeys } from './api-keys.ts';
import { accessLogLine } from './access-log.ts';
import { checkBody, mediaTypeOf, modelNameFor } from './body-model.ts';
import { gatewayResponse, type GatewayError } from './gateway-responses.ts';
import { toHttpResponse, toProxyEvent } from './proxy-payload.ts';
import {
  RestApiDefinition,
  type Integration,
  type Method,
  type MockResponse,
} from './rest-api-definition.ts';
import { TokenBucket } from './token-bucket.ts';

/** Largest body that a REST API accepts, in bytes (API Gateway quotas: payload size). */
const MAX_BODY_BYTES = 10 * 1_024 * 1_024;
/** Largest event that Lambda accepts, in bytes (Lambda quotas: invocation payload). */
const MAX_EVENT_BYTES = 6 * 1_024 * 1_024;

/** What a stage uses of other services. */
export interface StageServices {
  readonly region: string;
  readonly apiKeys: ApiKeys;
  /** By name. */
  readonly functions: ReadonlyMap<string, FunctionHost>;
  readonly functionPermissions: FunctionPermissions;
  readonly logs: LogGroups;
  readonly report: (message: string) => void;
}

export interface StageOptions {
  readonly name: string;
  /** The definition as it was when it was deployed. */
  readonly api: RestApiDefinition;
  readonly accessLog: { readonly group: string; readonly format: string } | undefined;
  readonly services: StageServices;
}

/** The ids of a request. */
interface RequestIds {
  /** The client's, if it sends one in `X-Amzn-RequestId`. */
  readonly requestId: string;
  readonly extendedRequestId: string;
}

/** The outcome of a request: a response, or an error to which the API responds itself. */
type Outcome = HttpResponse | GatewayError;

/** Handles the requests to one stage of a REST API as API Gateway does. */
export class Stage {
  readonly #options: StageOptions;
  #throttle: TokenBucket | undefined;

  constructor(options: StageOptions) {
    this.#options = options;
  }

  /**
   * @param rate in requests per second
   * @param burst in requests
   */
  throttle(rate: number, burst: number): void {
    this.#throttle = new TokenBucket(rate, burst, () => performance.now());
  }

  async respond(incoming: IncomingMessage, body: Buffer): Promise<HttpResponse> {
    const { api, accessLog, services } = this.#options;
    const ids = {
      requestId: singleHeader(incoming, 'x-amzn-requestid') ?? randomUUID(),
      extendedRequestId: randomUUID(),
    };
    const receivedAt = new Date();
    const outcome = await this.#handle(incoming, body, ids, receivedAt);
    const response =
      'type' in outcome ? gatewayResponse(outcome, api.gatewayResponses, ids.requestId) : outcome;
    if (accessLog !== undefined) {
      const request = { ...ids, receivedAt, method: incoming.method, url: incoming.url };
      const errorType = 'type' in outcome ? outcome.type : '';
      services.logs.write(
        accessLog.group,
        accessLogLine(accessLog.format, { ...request, response, errorType }),
      );
    }
    return response;
  }

  async #handle(
    incoming: IncomingMessage,
    body: Buffer,
    ids: RequestIds,
    receivedAt: Date,
  ): Promise<Outcome> {
    const { api, name, services } = this.#options;
    const method = this.#methodFor(incoming);
    if (method === undefined) return { type: 'MISSING_AUTHENTICATION_TOKEN' };
    if (this.#throttle?.take() === false) return { type: 'THROTTLED' };
    const apiKey = services.apiKeys.find(singleHeader(incoming, 'x-api-key'), `${api.id}/${name}`);
    if (method.apiKeyRequired) {
      if (apiKey === undefined) return { type: 'INVALID_API_KEY' };
      const admission = services.apiKeys.admit(apiKey, `${api.id}/${name}`);
      if (admission !== 'admitted') return { type: admission };
    }
    if (body.length > MAX_BODY_BYTES) return { type: 'REQUEST_TOO_LARGE' };
    const text = body.toString('utf8');
    const bodyError = this.#bodyErrorOf(method, incoming.headers['content-type'], text);
    if (bodyError !== undefined) {
      return { type: 'BAD_REQUEST_BODY', validationError: bodyError };
    }

    const key = RestApiDefinition.methodKey(method.httpMethod, method.resourceId);
    const integration = api.integrations.get(key);
    if (integration === undefined) return { type: 'API_CONFIGURATION_ERROR' };
    if (integration.type === 'MOCK') {
      return mock(integration, incoming.headers['content-type'], api.mockResponses.get(key));
    }
    const event = toProxyEvent(incoming, text, {
      apiId: api.id,
      stageName: name,
      ...ids,
      resourceId: method.resourceId,
      resourcePath: api.paths.get(method.resourceId) ?? '/',
      apiKey: method.apiKeyRequired ? apiKey : undefined,
      receivedAt,
    });
    return this.#invoke(integration, method, event, ids.requestId);
  }

  #methodFor(incoming: IncomingMessage): Method | undefined {
    const { api, name } = this.#options;
    const { pathname } = requestUrl(incoming);
    const path = pathname.startsWith(`/${name}/`) ? pathname.slice(name.length + 1) : undefined;
    const resourceId = [...api.paths].find(([, candidate]) => candidate === path)?.[0];
    if (resourceId === undefined) return undefined;
    return (
      api.methods.get(RestApiDefinition.methodKey(incoming.method ?? '', resourceId)) ??
      api.methods.get(RestApiDefinition.methodKey('ANY', resourceId))
    );
  }

  #bodyErrorOf(method: Method, contentType: string | undefined, text: string): string | undefined {
    const { api } = this.#options;
    const { requestModels, requestValidatorId } = method;
    if (requestValidatorId === undefined || !api.bodyValidators.has(requestValidatorId)) {
      return undefined;
    }
    const check = api.models.get(modelNameFor(requestModels, contentType) ?? '');
    return check === undefined ? undefined : checkBody(check, text);
  }

  async #invoke(
    integration: Extract<Integration, { type: 'AWS_PROXY' }>,
    method: Method,
    event: Record<string, unknown>,
    requestId: string,
  ): Promise<Outcome> {
    const { api, name, services } = this.#options;
    const host = services.functions.get(integration.functionName);
    const path = api.paths.get(method.resourceId) ?? '/';
    const isAllowed = await services.functionPermissions.allows(integration.functionName, {
      principal: 'apigateway.amazonaws.com',
      sourceArn: `${executionArn(services.region, api.id)}/${name}/${method.httpMethod}${path}`,
    });
    if (host === undefined || !isAllowed) {
      services.report(
        `API ${api.name} may not invoke ${integration.functionName}: the function has no permission for apigateway.amazonaws.com with this method as its source.`,
      );
      return { type: 'API_CONFIGURATION_ERROR' };
    }
    if (Buffer.byteLength(JSON.stringify(event)) > MAX_EVENT_BYTES) {
      return { type: 'REQUEST_TOO_LARGE' };
    }
    const timeout = timer(integration.timeoutMs);
    try {
      const result = await Promise.race([host.invoke(event), timeout.done]);
      if (result === 'timeout') return { type: 'INTEGRATION_TIMEOUT' };
      const response =
        result.kind === 'returned' ? toHttpResponse(result.payload, requestId) : undefined;
      return response ?? { type: 'API_CONFIGURATION_ERROR' };
    } catch (error) {
      if (!(error instanceof TooManyRequestsException)) {
        services.report(`API ${api.name} could not invoke its function: ${messageOf(error)}`);
      }
      return { type: 'INTEGRATION_FAILURE' };
    } finally {
      timeout.clear();
    }
  }
}

/** The prefix of the ARNs of an API's methods, as permissions name them. */
export function executionArn(region: string, apiId: string): string {
  return `arn:aws:execute-api:${region}:${ACCOUNT_ID}:${apiId}`;
}

/** A mock accepts the content types for which it has a request template, and no others. */
function mock(
  { requestTemplates }: Extract<Integration, { type: 'MOCK' }>,
  contentType: string | undefined,
  response: MockResponse | undefined,
): Outcome {
  if (requestTemplates[mediaTypeOf(contentType)] === undefined) {
    return { type: 'UNSUPPORTED_MEDIA_TYPE' };
  }
  if (response === undefined) return { type: 'API_CONFIGURATION_ERROR' };
  return { ...response, headers: { 'content-type': response.contentType, ...response.headers } };
}

function singleHeader(incoming: IncomingMessage, name: string): string | undefined {
  const value = incoming.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function timer(ms: number): { done: Promise<'timeout'>; clear: () => void } {
  let handle: NodeJS.Timeout | undefined;
  const done = new Promise<'timeout'>((resolve) => {
    handle = setTimeout(() => {
      resolve('timeout');
    }, ms);
  });
  return {
    done,
    clear: () => {
      clearTimeout(handle);
    },
  };
}
