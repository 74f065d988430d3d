import { Agent, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

import { readBody } from '../../shared/loopback-server.ts';
import type { Engine, EngineRequest, EngineResponse } from './engine.ts';

/** Calls an engine: one in this process directly, another one over connections that are kept. */
export class EngineConnection {
  readonly #engine: Engine;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #url: URL;

  readonly #region: string;

  constructor(engine: Engine, region: string) {
    this.#engine = engine;
    this.#region = region;
    this.#url = new URL(engine.url);
  }

  send(request: EngineRequest): Promise<EngineResponse> {
    return this.#engine.dispatch?.(request) ?? this.#sendOverHttp(request);
  }

  /**
   * Calls an operation in the JSON protocol of AWS.
   *
   * @param api the service with its version, as `X-Amz-Target` has it
   */
  call(
    api: string,
    operation: string,
    body: Buffer,
    signal?: AbortSignal,
  ): Promise<EngineResponse> {
    return this.send({
      method: 'POST',
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': String(body.length),
        'x-amz-target': `${api}.${operation}`,
        ...this.#signature(),
      },
      body,
      ...(signal && { signal }),
    });
  }

  /** DynamoDB Local separates tables by access key id and region. No engine checks the signature, but some that it is there. */
  #signature(): IncomingHttpHeaders {
    const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const scope = `${time.slice(0, 8)}/${this.#region}/dynamodb/aws4_request`;
    return {
      'x-amz-date': time,
      authorization: `AWS4-HMAC-SHA256 Credential=local/${scope}, SignedHeaders=host;x-amz-date, Signature=0`,
    };
  }

  close(): void {
    this.#agent.destroy();
  }

  #sendOverHttp({ method, path, headers, body, signal }: EngineRequest): Promise<EngineResponse> {
    const { hostname: host, port } = this.#url;
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        { agent: this.#agent, host, port, path, method, headers, ...(signal && { signal }) },
        (response) => {
          readBody(response).then((content) => {
            resolve({
              status: response.statusCode ?? 502,
              headers: endToEnd(response.headers),
              body: content,
            });
          }, reject);
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }
}

/** Without the headers of the connection, which do not belong to the message (RFC 9110, section 7.6.1). */
export function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const {
    connection,
    'keep-alive': keepAlive,
    'transfer-encoding': transferEncoding,
    ...rest
  } = headers;
  void [connection, keepAlive, transferEncoding];
  return rest;
}
