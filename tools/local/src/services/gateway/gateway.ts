import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

import { messageOf } from '../../shared/errors.ts';
import {
  readBody,
  requestUrl,
  startLoopbackServer,
  type LoopbackServer,
  type PortChoice,
} from '../../shared/loopback-server.ts';
import { endToEnd, type EngineConnection } from '../engines/engine-connection.ts';
import type { EngineResponse } from '../engines/engine.ts';
import { s3Operation } from '../s3/s3-api.ts';
import { serviceCaller, type CallService } from './call-service.ts';
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
  readonly engine: EngineConnection;
  /** Default: any free port. */
  readonly port?: PortChoice;
  readonly credentials: CredentialRegistry;
  /** Outermost first. */
  readonly interceptors: readonly Interceptor[];
}

/** What the process of the stack calls by itself. */
export type JsonApi = 'AmazonSQS' | 'DynamoDBStreams_20120810';

/** The way to one service, by its address on loopback and within this process. */
export interface Gateway extends LoopbackServer {
  /**
   * Calls for a caller in the process of the stack: through the same interceptors, without a socket.
   *
   * @param api the service with its version, as `X-Amz-Target` has it
   */
  callAs(caller: Caller, api: JsonApi): CallService;
}

/** The gateway of one service: knows the caller of each request, applies the interceptors, calls the engine. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { service, engine, credentials, interceptors } = options;

  const intercepted = (request: GatewayRequest, toEngine: () => Promise<GatewayResponse>) =>
    interceptors.reduceRight<() => Promise<GatewayResponse>>(
      (next, interceptor) => () => interceptor(request, next),
      toEngine,
    )();

  const server = await startLoopbackServer(async (incoming, outgoing) => {
    try {
      await respond(incoming, outgoing);
    } catch (error) {
      if (outgoing.headersSent || error instanceof ConnectionCut || incoming.destroyed) throw error;
      send(outgoing, errorResponse(503, 'ServiceUnavailable', messageOf(error)));
    }
  }, options.port);

  async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await readBody(incoming);
    const { url: path = '/', method = 'GET' } = incoming;
    const isS3 = service === 's3';
    const query = isS3 ? undefined : queryOf(incoming, body);
    const request: GatewayRequest = {
      service,
      operation: isS3
        ? s3Operation(method, path)
        : operationOf(incoming) || (query?.get('Action') ?? ''),
      path,
      query,
      caller: credentials.callerOf(incoming.headers.authorization),
      body,
    };
    const abandoned = new AbortController();
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) abandoned.abort();
    });
    const headers = {
      ...endToEnd(incoming.headers),
      ...withoutCaller(incoming.headers),
      'content-length': String(body.length),
    };
    const response = await intercepted(request, () =>
      engine.send({ method, path, headers, body, signal: abandoned.signal }),
    );
    send(outgoing, response);
  }

  return {
    ...server,
    callAs: (caller, api) =>
      serviceCaller((operation, body, signal) =>
        intercepted({ service, operation, path: '/', query: undefined, caller, body }, () =>
          engine.call(api, operation, body, signal),
        ),
      ),
  };
}

/** Calls an engine as an administrator, past the gateway and its policies. */
export function administratorOf(engine: EngineConnection, api: JsonApi): CallService {
  return serviceCaller((operation, body, signal) => engine.call(api, operation, body, signal));
}

/** A gateway without an engine: rejects every call, so that none reaches AWS with the function's local credentials. */
export async function startRejectingGateway(): Promise<LoopbackServer> {
  return startLoopbackServer(async (incoming, outgoing) => {
    incoming.resume();
    const operation = operationOf(incoming) || incoming.url || '/';
    const rejection = errorResponse(
      501,
      'ServiceNotEmulated',
      `The local stack does not run this AWS service (${operation}). It runs SQS, DynamoDB, Lambda, S3 and Secrets Manager.`,
    );
    send(outgoing, rejection);
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

/**
 * The engine sees one access key id for all callers, because DynamoDB Local separates tables by access key id. No engine
 * checks signatures.
 */
function withoutCaller({ authorization }: IncomingHttpHeaders): IncomingHttpHeaders {
  return authorization === undefined
    ? {}
    : { authorization: authorization.replace(/Credential=[^/]*/, 'Credential=local') };
}

function send(outgoing: ServerResponse, { status, headers, body }: GatewayResponse): void {
  // With the headers in one piece: each write to a socket costs more than what it carries.
  outgoing.writeHead(status, { 'content-length': String(body.length), ...headers });
  outgoing.end(body);
}
