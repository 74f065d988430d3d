import { expect, test } from '@jest/globals';

import { gatewayResponse } from './gateway-responses.ts';
import type { GatewayResponseMapping } from './rest-api-definition.ts';

const mapping = (fields: Partial<GatewayResponseMapping>): GatewayResponseMapping => ({
  status: undefined,
  template: undefined,
  headers: {},
  ...fields,
});

test('an unmapped error gets the default response of API Gateway', () => {
  expect(gatewayResponse({ type: 'THROTTLED' }, new Map(), 'r1')).toMatchObject({
    status: 429,
    body: '{"message":"Too Many Requests"}',
  });
});

test('the mapping of a type precedes that of its class', () => {
  const mappings = new Map([
    ['DEFAULT_4XX', mapping({ template: '{"error":$context.error.messageString}' })],
    ['THROTTLED', mapping({ template: '{"error":"slow down"}', headers: { 'Retry-After': '1' } })],
    ['DEFAULT_5XX', mapping({ status: 503, template: '{"error":"later"}' })],
  ]);
  expect(gatewayResponse({ type: 'THROTTLED' }, mappings, 'r1')).toMatchObject({
    status: 429,
    headers: { 'Retry-After': '1' },
    body: '{"error":"slow down"}',
  });
  expect(gatewayResponse({ type: 'INVALID_API_KEY' }, mappings, 'r1')).toMatchObject({
    status: 403,
    body: '{"error":"Forbidden"}',
  });
  expect(gatewayResponse({ type: 'INTEGRATION_FAILURE' }, mappings, 'r1')).toMatchObject({
    status: 503,
    body: '{"error":"later"}',
  });
});

test('the reason of an invalid body is not escaped: a quote in it breaks a template, as in AWS', () => {
  const mappings = new Map([
    [
      'BAD_REQUEST_BODY',
      mapping({ template: '{"reason":"$context.error.validationErrorString"}' }),
    ],
  ]);
  const { body } = gatewayResponse(
    { type: 'BAD_REQUEST_BODY', validationError: 'not "json" $& $1' },
    mappings,
    'r1',
  );
  expect(body).toBe('{"reason":"not "json" $& $1"}');
});
