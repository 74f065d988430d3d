import type { APIGatewayProxyResult } from 'aws-lambda';

/** The body of every answer that is not a success. */
export interface ErrorBody {
  readonly error: string;
  /** The failing field of the body, without a leading slash. */
  readonly field?: string;
  readonly reason?: string;
}

/** A browser must not take an answer for anything but JSON. */
const JSON_HEADERS = {
  'Content-Type': 'application/json',
  'X-Content-Type-Options': 'nosniff',
};

export function answer(
  statusCode: number,
  body: object,
  headers: Record<string, string> = {},
): APIGatewayProxyResult {
  return {
    statusCode,
    headers: { ...JSON_HEADERS, ...headers },
    body: JSON.stringify(body),
  };
}

export function errorAnswer(statusCode: number, body: ErrorBody): APIGatewayProxyResult {
  return answer(statusCode, body);
}

/** Seconds after which a request that was answered with 503 is worth sending again. */
export const RETRY_AFTER = { 'Retry-After': '2' };

/** Nothing was kept; the same request can be sent again. */
export function unavailable(): APIGatewayProxyResult {
  const body: ErrorBody = { error: 'Temporarily unavailable, send the request again' };
  return answer(503, body, RETRY_AFTER);
}
