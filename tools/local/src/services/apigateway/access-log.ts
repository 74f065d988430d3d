import type { HttpResponse } from '../../shared/loopback-server.ts';
import { fillIn } from './gateway-responses.ts';

export interface LoggedRequest {
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly receivedAt: Date;
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly response: HttpResponse;
  /** Type of the gateway response; empty if a function responded. */
  readonly errorType: string;
}

/** One line of an access log in the format of the stage, with the variables that the local stack knows. */
export function accessLogLine(format: string, request: LoggedRequest): string {
  const {
    requestId,
    extendedRequestId,
    receivedAt,
    method = '',
    url = '/',
    response,
    errorType,
  } = request;
  return fillIn(format, {
    requestId,
    extendedRequestId,
    requestTime: receivedAt.toISOString(),
    'identity.sourceIp': '127.0.0.1',
    httpMethod: method,
    path: url.split('?')[0] ?? '/',
    status: String(response.status),
    responseLength: String(Buffer.byteLength(response.body)),
    responseLatency: String(Date.now() - receivedAt.getTime()),
    'error.responseType': errorType,
  });
}
