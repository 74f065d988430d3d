import type { IncomingMessage } from 'node:http';

import { nameFromArn } from '../../shared/arn.ts';
import { LocalStackError } from '../../shared/errors.ts';
import { startAnsweringServer, type HttpAnswer } from '../../shared/loopback-server.ts';
import type { ResourceProvider } from '../../resources/stack-context.ts';
import { corsHeaders, corsRulesOf, preflightAnswer, type CorsRules } from './cors.ts';
import { TooManyRequestsException, type FunctionHost } from './function-host.ts';
import { MAX_REQUEST_BYTES, toHttpEvent } from './http-event.ts';
import { toHttpAnswer } from './http-result.ts';
import type { FunctionPermissions } from './function-permissions.ts';

const createFunctionUrl: ResourceProvider = async ({ name, inputs }, stack) => {
  const functionName = nameFromArn(inputs.text('functionName'));
  const host = stack.functions.get(functionName);
  const authType = inputs.text('authorizationType');
  if (host === undefined) {
    throw new LocalStackError(
      'InvalidResource',
      `Function URL "${name}": there is no function "${functionName}" in the program.`,
    );
  }
  if (authType !== 'NONE') {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Function URL "${name}": the local stack checks no signatures, so authorizationType must be NONE, not ${authType}.`,
    );
  }
  if ((inputs.optionalText('invokeMode') ?? 'BUFFERED') !== 'BUFFERED') {
    throw new LocalStackError(
      'UnsupportedProperty',
      `Function URL "${name}": the local stack does not stream responses; invokeMode must be BUFFERED.`,
    );
  }
  const cors = inputs.child('cors');
  const listener = new FunctionUrl(
    host,
    stack.functionPermissions,
    cors === undefined ? undefined : corsRulesOf(cors),
  );
  const server = await startAnsweringServer(
    (incoming, body) => listener.answer(incoming, body),
    stack.ports.readApi,
  );
  stack.onStop(() => server.stop());
  const functionUrl = `${server.url}/`;
  return {
    id: functionName,
    outputs: {
      functionUrl,
      functionArn: host.settings.arn,
      urlId: new URL(server.url).host,
    },
  };
};

/** Answers the requests to one function's URL as Lambda does. */
class FunctionUrl {
  readonly #host: FunctionHost;
  readonly #permissions: FunctionPermissions;
  readonly #cors: CorsRules | undefined;

  constructor(host: FunctionHost, permissions: FunctionPermissions, cors: CorsRules | undefined) {
    this.#host = host;
    this.#permissions = permissions;
    this.#cors = cors;
  }

  async answer(incoming: IncomingMessage, body: Buffer): Promise<HttpAnswer> {
    if (this.#cors === undefined) return this.#invoke(incoming, body);
    const preflight = preflightAnswer(this.#cors, incoming.method, incoming.headers);
    if (preflight !== undefined) return preflight;
    const answer = await this.#invoke(incoming, body);
    const headers = corsHeaders(this.#cors, incoming.headers.origin);
    return { ...answer, headers: { ...answer.headers, ...headers } };
  }

  async #invoke(incoming: IncomingMessage, body: Buffer): Promise<HttpAnswer> {
    const missing = await this.#permissions.missingForPublicUrl(this.#host.settings.name);
    if (missing.length > 0) {
      return refusal(
        403,
        'AccessDeniedException',
        `Forbidden: the resource-based policy of ${this.#host.settings.name} does not allow everyone ${missing.join(' and ')}.`,
      );
    }
    if (body.length > MAX_REQUEST_BYTES) {
      return refusal(413, 'RequestEntityTooLargeException', 'Request must be smaller than 6 MB.');
    }
    try {
      const result = await this.#host.invoke(toHttpEvent(incoming, body));
      if (result.kind === 'returned') return toHttpAnswer(result.payload);
      return {
        ...refusal(502, 'InternalFailure', 'Internal Server Error'),
        body: 'Internal Server Error',
      };
    } catch (error) {
      if (!(error instanceof TooManyRequestsException)) throw error;
      return refusal(429, 'TooManyRequestsException', 'Rate Exceeded.');
    }
  }
}

function refusal(status: number, code: string, message: string): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ Message: message }),
  };
}

export const functionUrlResources: Readonly<Record<string, ResourceProvider>> = {
  'aws:lambda/functionUrl:FunctionUrl': createFunctionUrl,
};
