import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { ACCOUNT_ID } from '../../shared/arn.ts';
import { messageOf } from '../../shared/errors.ts';
import type { HttpAnswer } from '../../shared/loopback-server.ts';
import { requestUrl } from '../../shared/request-url.ts';
import { TooManyRequestsException } from '../lambda/function-host.ts';
import type { StackContext } from '../../resources/stack-context.ts';
import { checkBody, mediaTypeOf, modelNameFor } from './body-model.ts';
import { accessLogLine } from './access-log.ts';
import { answerError, type GatewayError } from './gateway-responses.ts';
import { toProxyEvent } from './proxy-event.ts';
import { toAnswer } from './proxy-result.ts';
import {
  RestApiDefinition,
  type Integration,
  type Method,
  type MockAnswer,
} from './rest-api-definition.ts';
import { TokenBucket } from './token-bucket.ts';

/** Largest body that a REST API takes, in bytes (API Gateway quotas: payload size). */
const MAX_BODY_BYTES = 10 * 1_024 * 1_024;
/** Largest event that Lambda takes, in bytes (Lambda quotas: invocation payload). */
const MAX_EVENT_BYTES = 6 * 1_024 * 1_024;

export interface StageOptions {
  readonly name: string;
  /** The definition as it was when it was deployed. */
  readonly api: RestApiDefinition;
  readonly accessLog: { readonly group: string; readonly format: string } | undefined;
  readonly stack: Pick<
    StackContext,
    'apiKeys' | 'functionPermissions' | 'functions' | 'logs' | 'region' | 'report'
  >;
}

/** How a request is told apart from others. */
interface RequestIds {
  /** The client's, if it sends one in `X-Amzn-RequestId`. */
  readonly requestId: string;
  readonly extendedRequestId: string;
}

/** What became of a request: an answer, or an error that the API answers by itself. */
type Outcome = HttpAnswer | GatewayError;

/** Answers the requests to one stage of a REST API as API Gateway does. */
export class Stage {
  readonly #options: StageOptions;
  #throttle: TokenBucket | undefined;

  constructor(options: StageOptions) {
    this.#options = options;
  }

  /** @param rate requests per second. @param burst requests at once. */
  throttle(rate: number, burst: number): void {
    this.#throttle = new TokenBucket(rate, burst, () => performance.now());
  }

  async answer(incoming: IncomingMessage, body: Buffer): Promise<HttpAnswer> {
    const { api, accessLog, stack } = this.#options;
    const ids = {
      requestId: textHeader(incoming, 'x-amzn-requestid') ?? randomUUID(),
      extendedRequestId: randomUUID(),
    };
    const receivedAt = new Date();
    const outcome = await this.#handle(incoming, body, ids, receivedAt);
    const answer =
      'type' in outcome ? answerError(outcome, api.gatewayResponses, ids.requestId) : outcome;
    if (accessLog !== undefined) {
      const request = { ...ids, receivedAt, method: incoming.method, url: incoming.url };
      const errorType = 'type' in outcome ? outcome.type : '';
      stack.logs.write(
        accessLog.group,
        accessLogLine(accessLog.format, { ...request, answer, errorType }),
      );
    }
    return answer;
  }

  async #handle(
    incoming: IncomingMessage,
    body: Buffer,
    ids: RequestIds,
    receivedAt: Date,
  ): Promise<Outcome> {
    const { api, name, stack } = this.#options;
    const method = this.#methodFor(incoming);
    if (method === undefined) return { type: 'MISSING_AUTHENTICATION_TOKEN' };
    if (this.#throttle?.take() === false) return { type: 'THROTTLED' };
    const apiKey = stack.apiKeys.find(textHeader(incoming, 'x-api-key'), `${api.id}/${name}`);
    if (method.apiKeyRequired && apiKey === undefined) return { type: 'INVALID_API_KEY' };
    if (body.length > MAX_BODY_BYTES) return { type: 'REQUEST_TOO_LARGE' };
    const text = body.toString('utf8');
    const fault = this.#faultOf(method, incoming.headers['content-type'], text);
    if (fault !== undefined) return { type: 'BAD_REQUEST_BODY', validationError: fault };

    const key = RestApiDefinition.methodKey(method.httpMethod, method.resourceId);
    const integration = api.integrations.get(key);
    if (integration === undefined) return { type: 'API_CONFIGURATION_ERROR' };
    if (integration.type === 'MOCK') {
      return mock(integration, incoming.headers['content-type'], api.mockAnswers.get(key));
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

  #faultOf(method: Method, contentType: string | undefined, text: string): string | undefined {
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
    const { api, name, stack } = this.#options;
    const host = stack.functions.get(integration.functionName);
    const path = api.paths.get(method.resourceId) ?? '/';
    const isAllowed = await stack.functionPermissions.allows(integration.functionName, {
      principal: 'apigateway.amazonaws.com',
      sourceArn: `${executionArn(stack.region, api.id)}/${name}/${method.httpMethod}${path}`,
    });
    if (host === undefined || !isAllowed) {
      stack.report(
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
      const answer = result.kind === 'returned' ? toAnswer(result.payload, requestId) : undefined;
      return answer ?? { type: 'API_CONFIGURATION_ERROR' };
    } catch (error) {
      if (!(error instanceof TooManyRequestsException)) {
        stack.report(`API ${api.name} could not invoke its function: ${messageOf(error)}`);
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

/** A mock answers requests of the content types for which it has a template, and no others. */
function mock(
  { requestTemplates }: Extract<Integration, { type: 'MOCK' }>,
  contentType: string | undefined,
  answer: MockAnswer | undefined,
): Outcome {
  if (requestTemplates[mediaTypeOf(contentType)] === undefined) {
    return { type: 'UNSUPPORTED_MEDIA_TYPE' };
  }
  if (answer === undefined) return { type: 'API_CONFIGURATION_ERROR' };
  return { ...answer, headers: { 'content-type': answer.contentType, ...answer.headers } };
}

function textHeader(incoming: IncomingMessage, name: string): string | undefined {
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
