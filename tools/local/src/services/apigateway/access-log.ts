import type { HttpAnswer } from '../../shared/loopback-server.ts';
import { fillIn } from './gateway-responses.ts';

export interface LoggedRequest {
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly receivedAt: Date;
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly answer: HttpAnswer;
  /** Type of the gateway response; empty when a function answered. */
  readonly errorType: string;
}

/** One line of an access log in the stage's own format, with the variables that can be told here. */
export function accessLogLine(format: string, request: LoggedRequest): string {
  const {
    requestId,
    extendedRequestId,
    receivedAt,
    method = '',
    url = '/',
    answer,
    errorType,
  } = request;
  return fillIn(format, {
    requestId,
    extendedRequestId,
    requestTime: receivedAt.toISOString(),
    'identity.sourceIp': '127.0.0.1',
    httpMethod: method,
    path: url.split('?')[0] ?? '/',
    status: String(answer.status),
    responseLength: String(Buffer.byteLength(answer.body)),
    responseLatency: String(Date.now() - receivedAt.getTime()),
    'error.responseType': errorType,
  });
}
