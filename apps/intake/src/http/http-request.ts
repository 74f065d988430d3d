import type { APIGatewayProxyEvent } from 'aws-lambda';

/** What the functions use of a request from API Gateway (REST API, Lambda proxy integration). */
export class HttpRequest {
  readonly #event: APIGatewayProxyEvent;

  constructor(event: APIGatewayProxyEvent) {
    this.#event = event;
  }

  /**
   * Made by the gateway, different for every request that it accepts. Not the context's `requestId`, which a client can set
   * ("API Gateway mapping template and access logging variable reference": `$context.requestId`).
   */
  get requestId(): string {
    const { extendedRequestId } = this.#event.requestContext;
    if (extendedRequestId !== undefined) return extendedRequestId;
    throw new Error(
      'The request has no requestContext.extendedRequestId, which API Gateway adds to every request. Invoke the function through its REST API.',
    );
  }

  /**
   * Identifies the caller by the id of its API key or its IAM principal. The session name is left out, because a retry may
   * come from another session.
   */
  get caller(): string {
    const { apiKeyId, caller } = this.#event.requestContext.identity;
    return apiKeyId ?? caller?.split(':')[0] ?? 'anonymous';
  }

  /** Size of the body in bytes, without decoding it. */
  get bodyBytes(): number {
    return Buffer.byteLength(this.#event.body ?? '', this.#encoding);
  }

  /** The bytes of the body, as they were signed. */
  readBody(): Buffer {
    return Buffer.from(this.#event.body ?? '', this.#encoding);
  }

  /** A header by its name, in any case. The values of a repeated header are joined with commas (RFC 9110, section 5.3). */
  header(name: string): string | undefined {
    const values =
      valuesOf(this.#event.multiValueHeaders, name) ?? valuesOf(this.#event.headers, name);
    return values?.join(',');
  }

  get #encoding(): 'base64' | 'utf8' {
    return this.#event.isBase64Encoded ? 'base64' : 'utf8';
  }
}

/** `headers` is null in requests from the gateway's test console. */
function valuesOf(
  headers: Record<string, string | string[] | undefined> | null,
  name: string,
): string[] | undefined {
  const values = Object.entries(headers ?? {})
    .filter(([header]) => header.toLowerCase() === name.toLowerCase())
    .flatMap(([, value]) => value ?? []);
  return values.length === 0 ? undefined : values;
}
