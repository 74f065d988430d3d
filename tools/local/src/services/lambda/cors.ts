import type { IncomingHttpHeaders } from 'node:http';

import type { HttpResponse } from '../../shared/loopback-server.ts';

/** The CORS settings of a function URL. */
export interface CorsRules {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds: number;
}

/** Headers of the response to a request from this origin; none for an origin that is not allowed. */
export function corsHeaders(
  rules: CorsRules,
  origin: string | undefined,
): Readonly<Record<string, string>> {
  if (origin === undefined || !allows(rules.allowOrigins, origin)) return {};
  return {
    'access-control-allow-origin': rules.allowOrigins.includes('*') ? '*' : origin,
    vary: 'Origin',
    ...(rules.allowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...(rules.exposeHeaders.length > 0 && {
      'access-control-expose-headers': rules.exposeHeaders.join(','),
    }),
  };
}

/** The response to a preflight request, which never reaches the function; undefined for any other request. */
export function preflightResponse(
  rules: CorsRules,
  method: string | undefined,
  headers: IncomingHttpHeaders,
): HttpResponse | undefined {
  const requestedMethod = headers['access-control-request-method'];
  if (method !== 'OPTIONS' || requestedMethod === undefined) return undefined;
  const origin = corsHeaders(rules, headers.origin);
  const allowed = Object.keys(origin).length > 0 && allows(rules.allowMethods, requestedMethod);
  return {
    status: 200,
    headers: allowed
      ? {
          ...origin,
          'access-control-allow-methods': rules.allowMethods.join(','),
          'access-control-allow-headers': rules.allowHeaders.join(','),
          'access-control-max-age': String(rules.maxAgeSeconds),
        }
      : {},
    body: '',
  };
}

function allows(list: readonly string[], value: string): boolean {
  return list.includes('*') || list.some((entry) => entry.toLowerCase() === value.toLowerCase());
}
