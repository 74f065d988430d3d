import type { APIGatewayProxyEvent } from 'aws-lambda';

/** What the functions use of a request that API Gateway hands over (REST API, Lambda proxy). */
export class HttpRequest {
  readonly #event: APIGatewayProxyEvent;

  constructor(event: APIGatewayProxyEvent) {
    this.#event = event;
  }

  /**
   * Made by the gateway, new for every request that it accepts. Not the context's `requestId`, which a client can set
   * ("API Gateway mapping template and access logging variable reference": `$context.requestId`).
   */
  get requestId(): string {
    const { extendedRequestId } = this.#event.requestContext;
    if (extendedRequestId !== undefined) return extendedRequestId;
    throw new Error(
      'The request has no requestContext.extendedRequestId. API Gateway gives one to every request; invoke the function through its REST API.',
    );
  }

  /**
   * Who calls, for what must be kept apart by caller: the API key's id or the IAM principal. A session name is left
   * out, because a retry may come from another session.
   */
  get caller(): string {
    const { apiKeyId, caller } = this.#event.requestContext.identity;
    return apiKeyId ?? caller?.split(':')[0] ?? 'anonymous';
  }

  /** Size of the body in bytes, without decoding it. */
  get bodyBytes(): number {
    return Buffer.byteLength(this.#event.body ?? '', this.#encoding);
  }

  /** The body byte for byte, as it was signed. */
  readBody(): Buffer {
    return Buffer.from(this.#event.body ?? '', this.#encoding);
  }

  /** A header by its name in any case; several headers of that name are joined with commas (RFC 9110, section 5.3). */
  header(name: string): string | undefined {
    const values =
      valuesOf(this.#event.multiValueHeaders, name) ?? valuesOf(this.#event.headers, name);
    return values?.join(',');
  }

  get #encoding(): 'base64' | 'utf8' {
    return this.#event.isBase64Encoded ? 'base64' : 'utf8';
  }
}

/** The gateway's own test console sends null where there are no headers. */
function valuesOf(
  headers: Record<string, string | string[] | undefined> | null,
  name: string,
): string[] | undefined {
  const values = Object.entries(headers ?? {})
    .filter(([header]) => header.toLowerCase() === name.toLowerCase())
    .flatMap(([, value]) => value ?? []);
  return values.length === 0 ? undefined : values;
}
