import { Agent, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

import { messageOf } from '../../shared/errors.ts';
import {
  readBody,
  requestUrl,
  startLoopbackServer,
  type LoopbackServer,
  type PortChoice,
} from '../../shared/loopback-server.ts';
import type { Engine, EngineResponse } from '../engines/engine.ts';
import { s3Operation } from '../s3/s3-api.ts';
import type { Caller, CredentialRegistry } from './credentials.ts';

export type GatewayService = 'sqs' | 'dynamodb' | 'lambda' | 's3' | 'secretsmanager';

export interface GatewayRequest {
  readonly service: GatewayService;
  /** The API operation, for example `SendMessage`; empty for a request that is not an AWS API call. */
  readonly operation: string;
  /** Path of the URL, which names the resource in REST services. */
  readonly path: string;
  /** Fields of a request in the query protocol, which older SDKs use for SQS; undefined for a request in JSON. */
  readonly query: URLSearchParams | undefined;
  readonly caller: Caller | undefined;
  readonly body: Buffer;
}

export type GatewayResponse = EngineResponse;

/** Sees every call: responds itself, or passes the call on with `next` and may change the response. */
export type Interceptor = (
  request: GatewayRequest,
  next: () => Promise<GatewayResponse>,
) => Promise<GatewayResponse>;

/** Thrown by an interceptor to close the caller's connection without a response. */
export class ConnectionCut extends Error {
  override readonly name = 'ConnectionCut';
}

export interface GatewayOptions {
  readonly service: GatewayService;
  readonly engine: Engine;
  /** Default: any free port. */
  readonly port?: PortChoice;
  readonly credentials: CredentialRegistry;
  /** Outermost first. */
  readonly interceptors: readonly Interceptor[];
}

/** The loopback address of one service: knows the caller of each request, applies the interceptors, calls the engine. */
export async function startGateway(options: GatewayOptions): Promise<LoopbackServer> {
  const agent = new Agent({ keepAlive: true });
  const engineUrl = new URL(options.engine.url);

  const server = await startLoopbackServer(async (incoming, outgoing) => {
    try {
      await respond(incoming, outgoing);
    } catch (error) {
      if (outgoing.headersSent || error instanceof ConnectionCut || incoming.destroyed) throw error;
      await send(outgoing, errorResponse(503, 'ServiceUnavailable', messageOf(error)));
    }
  }, options.port);

  async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const caller = options.credentials.callerOf(incoming.headers.authorization);
    const body = await readBody(incoming);
    const isS3 = options.service === 's3';
    const query = isS3 ? undefined : queryOf(incoming, body);
    const request: GatewayRequest = {
      service: options.service,
      operation: isS3
        ? s3Operation(incoming.method ?? '', incoming.url ?? '/')
        : operationOf(incoming) || (query?.get('Action') ?? ''),
      path: incoming.url ?? '/',
      query,
      caller,
      body,
    };
    const abandoned = new AbortController();
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) abandoned.abort();
    });
    const toEngine = () => forward(incoming, request.body, abandoned.signal);
    const chain = options.interceptors.reduceRight<() => Promise<GatewayResponse>>(
      (next, interceptor) => () => interceptor(request, next),
      toEngine,
    );
    await send(outgoing, await chain());
  }

  function forward(
    incoming: IncomingMessage,
    body: Buffer,
    signal: AbortSignal,
  ): Promise<GatewayResponse> {
    const { url: path = '/', method = 'GET' } = incoming;
    const headers = {
      ...endToEnd(incoming.headers),
      ...withoutCaller(incoming.headers),
      'content-length': String(body.length),
    };
    if (options.engine.dispatch) return options.engine.dispatch({ method, path, headers, body });
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        {
          agent,
          host: engineUrl.hostname,
          port: engineUrl.port,
          path,
          method,
          headers,
          signal,
        },
        (response) => {
          resolve({
            status: response.statusCode ?? 502,
            headers: endToEnd(response.headers),
            body: response,
          });
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }

  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      agent.destroy();
    },
  };
}

/** A gateway without an engine: rejects every call, so that none reaches AWS with the function's local credentials. */
export async function startRejectingGateway(): Promise<LoopbackServer> {
  return startLoopbackServer(async (incoming, outgoing) => {
    incoming.resume();
    const operation = operationOf(incoming) || incoming.url || '/';
    const rejection = errorResponse(
      501,
      'ServiceNotEmulated',
      `The local stack does not run this AWS service (${operation}). It runs SQS, DynamoDB, Lambda and Secrets Manager.`,
    );
    await send(outgoing, rejection);
  });
}

/** An error in the AWS JSON protocols. */
export function errorResponse(
  status: number,
  code: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): GatewayResponse {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(JSON.stringify({ __type: code, message, ...details })),
  };
}

const INVOKE_PATH = /^\/2015-03-31\/functions\/[^/]+\/invocations/;

/** JSON services name the operation in `X-Amz-Target`; the only operation of a REST service here is Invoke. */
function operationOf({ headers, url = '' }: IncomingMessage): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  return INVOKE_PATH.test(url) ? 'Invoke' : '';
}

/** The AWS query protocol: a form in the body, or a query string. */
function queryOf(incoming: IncomingMessage, body: Buffer): URLSearchParams | undefined {
  if (incoming.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true) {
    return new URLSearchParams(body.toString());
  }
  const { searchParams } = requestUrl(incoming);
  return searchParams.has('Action') ? searchParams : undefined;
}

/** Without the headers of the connection, which do not belong to the message (RFC 9110, section 7.6.1). */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const {
    connection,
    'keep-alive': keepAlive,
    'transfer-encoding': transferEncoding,
    ...rest
  } = headers;
  void [connection, keepAlive, transferEncoding];
  return rest;
}

/**
 * The engine sees one access key id for all callers, because DynamoDB Local separates tables by access key id. No engine
 * checks signatures.
 */
function withoutCaller({ authorization }: IncomingHttpHeaders): IncomingHttpHeaders {
  return authorization === undefined
    ? {}
    : { authorization: authorization.replace(/Credential=[^/]*/, 'Credential=local') };
}

async function send(outgoing: ServerResponse, response: GatewayResponse): Promise<void> {
  outgoing.writeHead(response.status, response.headers);
  if (Buffer.isBuffer(response.body)) {
    outgoing.end(response.body);
  } else {
    await pipeline(response.body, outgoing);
  }
}
