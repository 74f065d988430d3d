import { INTAKE_UNAVAILABLE } from '@leaderboard/contracts';
import type { APIGatewayProxyResult } from 'aws-lambda';

/** The body of every response that is not a success. */
export interface ErrorBody {
  readonly error: string;
  /** The failing field of the request's body, without a leading slash. */
  readonly field?: string;
  readonly reason?: string;
}

/** `nosniff`: a browser must not interpret a response as anything but JSON. */
const JSON_HEADERS = {
  'Content-Type': 'application/json',
  'X-Content-Type-Options': 'nosniff',
};

export function jsonResponse(
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

export function errorResponse(statusCode: number, body: ErrorBody): APIGatewayProxyResult {
  return jsonResponse(statusCode, body);
}

/** Seconds after which to repeat a request that got 503. */
export const RETRY_AFTER = { 'Retry-After': '2' };

/** Nothing was stored or sent; the client can send the same request again. */
export function unavailable(): APIGatewayProxyResult {
  const body: ErrorBody = { error: INTAKE_UNAVAILABLE };
  return jsonResponse(503, body, RETRY_AFTER);
}
