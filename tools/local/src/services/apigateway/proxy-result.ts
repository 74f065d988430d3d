import type { HttpAnswer } from '../../shared/loopback-server.ts';

/**
 * The answer that a function gave, in the format of Lambda proxy integrations.
 *
 * @returns undefined when it is malformed, for which API Gateway answers with an error of its own.
 */
export function toAnswer(payload: unknown, requestId: string): HttpAnswer | undefined {
  if (!isProxyResult(payload)) return undefined;
  const { statusCode, headers, multiValueHeaders, body = '', isBase64Encoded = false } = payload;
  if (typeof body !== 'string' || isBase64Encoded) return undefined;
  return {
    status: Number(statusCode),
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      ...Object.fromEntries(
        Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
      ),
      ...Object.fromEntries(
        Object.entries(multiValueHeaders ?? {}).map(([name, values]) => [
          name.toLowerCase(),
          values.map(String),
        ]),
      ),
    },
    body,
  };
}

interface ProxyResult {
  readonly statusCode: number | string;
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly unknown[]>> | null;
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
}

function isProxyResult(payload: unknown): payload is ProxyResult {
  const status = (payload as { statusCode?: unknown } | null | undefined)?.statusCode;
  return (
    (typeof status === 'number' || typeof status === 'string') && /^[1-5]\d\d$/.test(String(status))
  );
}
