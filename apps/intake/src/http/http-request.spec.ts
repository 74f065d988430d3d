import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { httpRequest } from '../testing/http.ts';
import { HttpRequest } from './http-request.ts';

describe('a request from API Gateway', () => {
  test('has the same body in Base64 or not', () => {
    for (const base64 of [true, false]) {
      const request = httpRequest('{"a":"ö"}', { base64 });
      expect(request.readBody().toString()).toBe('{"a":"ö"}');
      expect(request.bodyBytes).toBe(10);
    }
  });

  test('finds a header in any case, and joins repeated ones', () => {
    const request = new HttpRequest({
      headers: { 'x-webhook-signature': 'b' },
      multiValueHeaders: { 'x-webhook-signature': ['a', 'b'] },
    } as unknown as APIGatewayProxyEvent);
    expect(request.header('X-Webhook-Signature')).toBe('a,b');
    expect(request.header('Idempotency-Key')).toBeUndefined();
  });

  test('can lack headers and body, as from the test console', () => {
    const request = new HttpRequest({
      body: null,
      isBase64Encoded: false,
      headers: null,
      multiValueHeaders: null,
    } as unknown as APIGatewayProxyEvent);
    expect(request.header('a')).toBeUndefined();
    expect(request.readBody()).toHaveLength(0);
  });

  test.each([
    [{ apiKeyId: 'key-1', caller: 'AROA1:session' }, 'key-1'],
    [{ caller: 'AROA1:session-1' }, 'AROA1'],
    [{ caller: 'AROA1:session-2' }, 'AROA1'],
    [{}, 'anonymous'],
  ])('with the identity %j comes from the caller %s', (identity, caller) => {
    expect(httpRequest('', { identity }).caller).toBe(caller);
  });
});
