import type { HttpAnswer } from '../../shared/loopback-server.ts';

/**
 * What a function URL answers for a result of its function: one with `statusCode` says everything itself; anything
 * else is the body of a 200 in JSON ("Invoking Lambda function URLs": response payload format).
 */
export function toHttpAnswer(payload: unknown): HttpAnswer {
  if (!isHttpResult(payload)) {
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = payload;
  return {
    status: statusCode,
    headers: {
      'content-type': 'application/json',
      ...Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
      ),
      ...(cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: isBase64Encoded ? Buffer.from(body, 'base64') : body,
  };
}

interface HttpResult {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

function isHttpResult(payload: unknown): payload is HttpResult {
  return (
    typeof payload === 'object' &&
    payload !== null &&
    typeof (payload as { statusCode?: unknown }).statusCode === 'number'
  );
}
