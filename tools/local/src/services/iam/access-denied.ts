import { failure } from '../s3/s3-api.ts';
import { errorResponse, type GatewayRequest, type GatewayResponse } from '../gateway/gateway.ts';

/** The response to a denied call, in the protocol of its service. */
export function accessDenied(request: GatewayRequest, message: string): GatewayResponse {
  switch (request.service) {
    case 'sqs':
      return sqsDenial(request, lowerCaseAction(message));
    case 'lambda':
      return {
        status: 403,
        headers: {
          'content-type': 'application/json',
          'x-amzn-errortype': 'AccessDeniedException',
        },
        body: Buffer.from(JSON.stringify({ Message: message })),
      };
    case 's3':
      return failure(403, 'AccessDenied', message);
    case 'dynamodb':
      return errorResponse(400, 'com.amazon.coral.service#AccessDeniedException', message);
    case 'secretsmanager':
      return errorResponse(400, 'AccessDeniedException', message);
  }
}

/** SQS sends the error code of its query protocol in a header, where the SDKs read it. */
function sqsDenial({ query }: GatewayRequest, message: string): GatewayResponse {
  if (query === undefined) {
    const response = errorResponse(403, 'com.amazon.coral.service#AccessDeniedException', message);
    return {
      ...response,
      headers: { ...response.headers, 'x-amzn-query-error': 'AccessDenied;Sender' },
    };
  }
  return {
    status: 403,
    headers: { 'content-type': 'text/xml' },
    body: Buffer.from(
      '<?xml version="1.0"?><ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error>' +
        `<Type>Sender</Type><Code>AccessDenied</Code><Message>${escapeXml(message)}</Message>` +
        '</Error></ErrorResponse>',
    ),
  };
}

/** Only SQS writes its actions in lower case in these messages. */
function lowerCaseAction(message: string): string {
  return message.replaceAll(/\bsqs:[A-Za-z]+/g, (action) => action.toLowerCase());
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
