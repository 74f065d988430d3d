import { INTAKE_UNAVAILABLE } from '@leaderboard/contracts';

import type { GatewayResponse } from '../../components/rest-api.ts';

const error = (message: string, reason?: string) =>
  JSON.stringify({ error: message, ...(reason !== undefined && { reason }) });

const RETRY_AFTER_A_SECOND = { 'Retry-After': '1' };
const RETRY_AFTER_TWO_SECONDS = { 'Retry-After': '2' };

const UNAVAILABLE = error(INTAKE_UNAVAILABLE);

/**
 * The responses that the API sends by itself, in the form of the functions' errors. Every failure behind the API is 503 with
 * `Retry-After`: a throttled function (`INTEGRATION_FAILURE`), a crash, a timeout. The event may not be stored then, and a
 * retry is safe.
 */
export const INTAKE_GATEWAY_RESPONSES: readonly GatewayResponse[] = [
  { type: 'DEFAULT_4XX', body: '{"error":$context.error.messageString}' },
  { type: 'DEFAULT_5XX', status: 503, body: UNAVAILABLE, headers: RETRY_AFTER_TWO_SECONDS },
  ...['INTEGRATION_FAILURE', 'INTEGRATION_TIMEOUT', 'API_CONFIGURATION_ERROR'].map((type) => ({
    type,
    status: 503,
    body: UNAVAILABLE,
    headers: RETRY_AFTER_TWO_SECONDS,
  })),
  {
    type: 'BAD_REQUEST_BODY',
    status: 400,
    // `$context.error.validationErrorString` says more, but it is not escaped: a quote in it would break the JSON.
    body: error(
      'Invalid body',
      'it is not JSON, or the type or the value of a field is not what GET /openapi.json describes',
    ),
  },
  { type: 'BAD_REQUEST_PARAMETERS', status: 400, body: '{"error":$context.error.messageString}' },
  // API Gateway's type for a path or a method that the API does not have.
  { type: 'MISSING_AUTHENTICATION_TOKEN', status: 404, body: error('Not found') },
  { type: 'RESOURCE_NOT_FOUND', status: 404, body: error('Not found') },
  {
    type: 'INVALID_API_KEY',
    status: 403,
    body: error('Forbidden', 'the header x-api-key is missing or its key is unknown'),
  },
  { type: 'ACCESS_DENIED', status: 403, body: error('Forbidden') },
  { type: 'REQUEST_TOO_LARGE', status: 413, body: error('Body too large') },
  { type: 'UNSUPPORTED_MEDIA_TYPE', status: 415, body: error('Unsupported media type') },
  {
    type: 'THROTTLED',
    status: 429,
    body: error('Too many requests, send the request again later'),
    headers: RETRY_AFTER_A_SECOND,
  },
  {
    type: 'QUOTA_EXCEEDED',
    status: 429,
    body: error('Quota exceeded'),
    headers: RETRY_AFTER_A_SECOND,
  },
];
