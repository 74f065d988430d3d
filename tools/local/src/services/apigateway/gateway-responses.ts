import type { HttpResponse } from '../../shared/loopback-server.ts';
import type { GatewayResponseMapping } from './rest-api-definition.ts';

/** The errors to which the API responds itself, with the default responses ("Gateway response types for API Gateway"). */
const TYPES = {
  API_CONFIGURATION_ERROR: { status: 500, message: 'Internal server error' },
  BAD_REQUEST_BODY: { status: 400, message: 'Invalid request body' },
  INTEGRATION_FAILURE: { status: 504, message: 'Internal server error' },
  INTEGRATION_TIMEOUT: { status: 504, message: 'Endpoint request timed out' },
  INVALID_API_KEY: { status: 403, message: 'Forbidden' },
  MISSING_AUTHENTICATION_TOKEN: { status: 403, message: 'Missing Authentication Token' },
  QUOTA_EXCEEDED: { status: 429, message: 'Limit Exceeded' },
  REQUEST_TOO_LARGE: { status: 413, message: 'Request Too Long' },
  THROTTLED: { status: 429, message: 'Too Many Requests' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: 'Unsupported Media Type' },
} as const;

export type GatewayResponseType = keyof typeof TYPES;

/** An error of the API itself. */
export interface GatewayError {
  readonly type: GatewayResponseType;
  /** What is wrong with the body, for `BAD_REQUEST_BODY`. */
  readonly validationError?: string;
}

/** The response to an error: the API's mapping for its type, else that for its class, else API Gateway's default. */
export function gatewayResponse(
  error: GatewayError,
  mappings: ReadonlyMap<string, GatewayResponseMapping>,
  requestId: string,
): HttpResponse {
  const { status, message } = TYPES[error.type];
  const mapping =
    mappings.get(error.type) ?? mappings.get(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const variables = {
    'error.message': message,
    'error.messageString': JSON.stringify(message),
    'error.responseType': error.type,
    'error.validationErrorString': error.validationError ?? '',
    requestId,
  };
  return {
    status: mapping?.status ?? status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      ...mapping?.headers,
    },
    body: fillIn(mapping?.template ?? '{"message":$context.error.messageString}', variables),
  };
}

/** Replaces `$context` variables; those without a value become empty. */
export function fillIn(template: string, variables: Readonly<Record<string, string>>): string {
  return template.replaceAll(
    /\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)/g,
    (_, name: string) => variables[name] ?? '',
  );
}
