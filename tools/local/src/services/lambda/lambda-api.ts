import type { IncomingMessage } from 'node:http';

import { nameFromArn } from '../../shared/arn.ts';
import type { Engine } from '../engines/engine.ts';
import { requestUrl, startHttpServer, type HttpResponse } from '../../shared/loopback-server.ts';
import type { AsyncInvoker } from './async-invoker.ts';
import { TooManyRequestsException, type FunctionHost } from './function-host.ts';

export interface LambdaApiOptions {
  /** By function name. */
  readonly functions: ReadonlyMap<string, FunctionHost>;
  readonly asyncInvoker: AsyncInvoker;
}

/** Payload limits of an invocation in bytes (Lambda quotas: invocation payload). */
const MAX_SYNCHRONOUS_PAYLOAD = 6 * 1_024 * 1_024;
const MAX_ASYNCHRONOUS_PAYLOAD = 1_024 * 1_024;

/** The Lambda API with its one operation on the local stack, `Invoke`. */
export async function startLambdaApi(options: LambdaApiOptions): Promise<Engine> {
  const server = await startHttpServer((incoming, body) => invoke(incoming, body, options));
  return { ...server, external: false };
}

async function invoke(
  incoming: IncomingMessage,
  body: Buffer,
  { functions, asyncInvoker }: LambdaApiOptions,
): Promise<HttpResponse> {
  const { pathname } = requestUrl(incoming);
  const reference = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(pathname)?.[1];
  if (incoming.method !== 'POST' || reference === undefined) {
    return failure(
      404,
      'UnknownOperationException',
      'The local stack has only the operation Invoke.',
    );
  }
  const host = functions.get(functionNameOf(decodeURIComponent(reference)));
  if (host === undefined) {
    return failure(404, 'ResourceNotFoundException', `Function not found: ${reference}`);
  }
  const type = incoming.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const limit = type === 'Event' ? MAX_ASYNCHRONOUS_PAYLOAD : MAX_SYNCHRONOUS_PAYLOAD;
  if (body.length > limit) {
    return failure(
      413,
      'RequestTooLargeException',
      `${String(body.length)} byte payload is too large for the ${String(type)} invocation type (limit ${String(limit)} bytes)`,
    );
  }
  let event: unknown;
  try {
    event = body.length === 0 ? {} : JSON.parse(body.toString());
  } catch (error) {
    return failure(
      400,
      'InvalidRequestContentException',
      `Could not parse payload: ${String(error)}`,
    );
  }
  if (type === 'DryRun') return response(204, '');
  if (type === 'Event') {
    asyncInvoker.accept(host, event);
    return response(202, '');
  }
  try {
    const result = await host.invoke(event);
    return result.kind === 'returned'
      ? response(200, JSON.stringify(result.payload), { 'x-amz-executed-version': '$LATEST' })
      : response(200, JSON.stringify(result.error), {
          'x-amz-executed-version': '$LATEST',
          'x-amz-function-error': 'Unhandled',
        });
  } catch (error) {
    if (!(error instanceof TooManyRequestsException)) throw error;
    return failure(429, 'TooManyRequestsException', error.message);
  }
}

/** A name or an ARN, possibly with the qualifier `$LATEST`, the only one. */
function functionNameOf(reference: string): string {
  return nameFromArn(reference.replace(/:\$LATEST$/, ''));
}

function failure(status: number, code: string, message: string): HttpResponse {
  return response(status, JSON.stringify({ Type: 'User', Message: message, message }), {
    'x-amzn-errortype': code,
  });
}

function response(
  status: number,
  body: string,
  headers: Record<string, string> = {},
): HttpResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}
