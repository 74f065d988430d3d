import { describe, expect, test } from '@jest/globals';

import { eventually, useStack, withStack, type TestStack } from './use-stack.ts';

const SECRET_ARN = 'arn:aws:secretsmanager:us-west-1:000000000000:secret:known-a1B2c3';

const OPTIONS = { args: ['--secret', `${SECRET_ARN}=a=b`] };

async function post(
  stack: TestStack,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
) {
  const response = await fetch(`${stack.output('url')}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body: answer };
}

describe('a REST API', () => {
  const stack = useStack('rest-api', OPTIONS);

  test('passes a request to the function in payload format 1.0', async () => {
    const { body } = await post(stack, '/open?a=1&a=2', { amount: 1 }, { 'X-Sender': 'me' });
    expect(body).toMatchObject({
      resource: '/open',
      path: '/open',
      httpMethod: 'POST',
      multiValueHeaders: { 'X-Sender': ['me'] },
      queryStringParameters: { a: '2' },
      multiValueQueryStringParameters: { a: ['1', '2'] },
      body: '{"amount":1}',
      isBase64Encoded: false,
      requestContext: {
        stage: 'v1',
        path: '/v1/open',
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        extendedRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        identity: { apiKeyId: null, sourceIp: '127.0.0.1' },
      },
    });
  });

  test('uses the request id of the client, and its own extended id', async () => {
    const { headers, body } = await post(stack, '/open', {}, { 'X-Amzn-RequestId': 'mine' });
    expect(headers.get('x-amzn-requestid')).toBe('mine');
    expect(body).toMatchObject({
      requestContext: { requestId: 'mine', extendedRequestId: expect.not.stringMatching('mine') },
    });
  });

  test('returns the status, headers and body of the function', async () => {
    const answer = {
      statusCode: 418,
      headers: { 'X-Kind': 'pot' },
      multiValueHeaders: { 'X-Many': ['a', 'b'] },
      body: '{"short":true}',
    };
    const { status, headers, body } = await post(stack, '/open', { answer });
    expect(status).toBe(418);
    expect(headers.get('x-kind')).toBe('pot');
    expect(headers.get('x-many')).toBe('a, b');
    expect(body).toEqual({ short: true });
  });

  test.each(['application/json', 'text/plain', 'application/json; charset=utf-8'])(
    'rejects a body that the model rejects, sent as %s',
    async (contentType) => {
      const headers = { 'Content-Type': contentType };
      for (const body of [{ amount: 'x' }, { amount: 0 }, [], 'no json']) {
        expect(await post(stack, '/open', body, headers)).toMatchObject({
          status: 400,
          body: { message: 'Invalid request body' },
        });
      }
    },
  );

  test('treats an empty body as an empty object', async () => {
    expect((await post(stack, '/open', '')).body).toMatchObject({ body: null });
  });

  test('responds to an unknown path or method as API Gateway does', async () => {
    const missing = { status: 403, body: { message: 'Missing Authentication Token' } };
    expect(await post(stack, '/nowhere', {})).toMatchObject(missing);
    expect(await post(stack, '/document.json', {})).toMatchObject(missing);
    const atRoot = await fetch(`${new URL(stack.output('url')).origin}//`);
    expect(atRoot.status).toBe(403);
  });

  test('accepts a key of a usage plan, and passes it to the function', async () => {
    for (const key of ['', 'x'.repeat(40), stack.output('key_without_plan')]) {
      expect(await post(stack, '/locked', {}, { 'x-api-key': key })).toMatchObject({
        status: 403,
        body: { message: 'Forbidden' },
      });
    }
    const key = stack.output('key');
    const { status, body } = await post(stack, '/locked', {}, { 'x-api-key': key });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      requestContext: { identity: { apiKey: key, apiKeyId: expect.any(String) } },
    });
  });

  test('refuses a key beyond the quota of its usage plan', async () => {
    const headers = { 'x-api-key': stack.output('key') };
    const limited = await eventually(async () => {
      const response = await post(stack, '/locked', {}, headers);
      return response.status === 429 ? response : undefined;
    });
    expect(limited.body).toEqual({ message: 'Limit Exceeded' });
  });

  test('invokes no function without permission', async () => {
    expect((await post(stack, '/forbidden', {})).status).toBe(500);
  });

  test('responds itself when the function crashes, returns nonsense or is too slow', async () => {
    expect((await post(stack, '/open', { throw: 'no' })).status).toBe(500);
    expect((await post(stack, '/open', { answer: 'nonsense' })).status).toBe(500);
    expect((await post(stack, '/hasty', { sleepMs: 1_000 })).status).toBe(504);
  });

  test('returns the mapped response when the concurrency of the function is used up', async () => {
    let sleepMs = 100;
    const busy = await eventually(async () => {
      // Longer and longer, until all four overlap.
      sleepMs *= 2;
      const responses = await Promise.all(
        Array.from({ length: 4 }, () => post(stack, '/open', { sleepMs })),
      );
      const rejected = responses.filter(({ status }) => status === 503);
      // An execution that the API gave up on may still be in use.
      return rejected.length >= 2 && rejected;
    });
    for (const { body } of busy) expect(body).toEqual({ error: 'busy' });
  });

  test('serves a document without a function', async () => {
    const response = await fetch(`${stack.output('url')}/document.json`);
    expect(await response.text()).toBe('{"$ref":"#/a"}');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('writes an access log in the format of the stage', async () => {
    await post(stack, '/nowhere', {});
    const lines = await stack.control.logLines('/aws/apigateway/api-test');
    expect(lines).toContain('{"path":"/v1/nowhere","status":"403"}');
  });

  test('its function reads the secrets of the stack', async () => {
    expect((await post(stack, '/open', { secret: SECRET_ARN })).body).toEqual({ value: 'a=b' });
    expect((await post(stack, '/open', { secret: `${SECRET_ARN}x` })).body).toEqual({
      error: 'ResourceNotFoundException',
    });
  });
});

describe('a mistake of the program has its effect:', () => {
  test('a model for one content type does not check the others', async () => {
    await withStack(
      'rest-api',
      { ...OPTIONS, config: { modelForEveryType: 'false' } },
      async (stack) => {
        const body = { amount: 'x' };
        expect((await post(stack, '/open', body)).status).toBe(400);
        const asText = { 'Content-Type': 'text/plain' };
        expect((await post(stack, '/open', body, asText)).status).toBe(200);
      },
    );
  });

  test('requests above rate and burst are throttled', async () => {
    await withStack(
      'rest-api',
      { ...OPTIONS, config: { rate: '0.001', burst: '3' } },
      async (stack) => {
        const responses = [];
        for (let sent = 0; sent < 8; sent += 1) responses.push(await post(stack, '/open', {}));
        const throttled = responses.filter(({ status }) => status === 429);
        expect(throttled).toHaveLength(5);
        expect(throttled[0]?.headers.get('Retry-After')).toBe('7');
        expect(throttled[0]?.body).toEqual({ error: 'later' });
      },
    );
  });

  test('a deployment before its methods serves none of them', async () => {
    await withStack(
      'rest-api',
      { ...OPTIONS, config: { deployTooEarly: 'true' } },
      async (stack) => {
        expect((await post(stack, '/open', {})).status).not.toBe(200);
      },
    );
  });
});
