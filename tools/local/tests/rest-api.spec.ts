import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { eventually, fixtureProgram, StackFixture } from './stack-fixture.ts';

const SECRET_ARN = 'arn:aws:secretsmanager:us-west-1:000000000000:secret:known-a1B2c3';

function start(config: Record<string, string> = {}): Promise<StackFixture> {
  const args = ['--secret', `${SECRET_ARN}=a=b`];
  return StackFixture.start({ program: fixtureProgram('rest-api-program.ts'), config, args });
}

async function post(
  stack: StackFixture,
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
  let stack: StackFixture;

  beforeAll(async () => {
    stack = await start();
  });
  afterAll(async () => {
    await stack.stop();
  });

  test('hands over a request in payload format 1.0', async () => {
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

  test('takes the request id of a client, and makes the extended one itself', async () => {
    const { headers, body } = await post(stack, '/open', {}, { 'X-Amzn-RequestId': 'mine' });
    expect(headers.get('x-amzn-requestid')).toBe('mine');
    expect(body).toMatchObject({
      requestContext: { requestId: 'mine', extendedRequestId: expect.not.stringMatching('mine') },
    });
  });

  test('answers with the status, headers and body of the function', async () => {
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
    'refuses a body that the model refuses, sent as %s',
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

  test('takes an empty body for an empty object', async () => {
    expect((await post(stack, '/open', '')).body).toMatchObject({ body: null });
  });

  test('answers an unknown path or method as API Gateway does', async () => {
    const missing = { status: 403, body: { message: 'Missing Authentication Token' } };
    expect(await post(stack, '/nowhere', {})).toMatchObject(missing);
    expect(await post(stack, '/document.json', {})).toMatchObject(missing);
    const atRoot = await fetch(`${new URL(stack.output('url')).origin}//`);
    expect(atRoot.status).toBe(403);
  });

  test('takes a key that a usage plan makes good, and tells the function which', async () => {
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

  test('invokes no function that does not permit it', async () => {
    expect((await post(stack, '/forbidden', {})).status).toBe(500);
  });

  test('a function that crashes, answers nonsense or is too slow gets an answer of the API', async () => {
    expect((await post(stack, '/open', { throw: 'no' })).status).toBe(500);
    expect((await post(stack, '/open', { answer: 'nonsense' })).status).toBe(500);
    expect((await post(stack, '/hasty', { sleepMs: 1_000 })).status).toBe(504);
  });

  test('a function whose concurrency is used up gets the mapped answer', async () => {
    let sleepMs = 100;
    const busy = await eventually(async () => {
      // Longer and longer, until all four are there at once.
      sleepMs *= 2;
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => post(stack, '/open', { sleepMs })),
      );
      const refused = answers.filter(({ status }) => status === 503);
      // An execution that the API gave up on may still be in use.
      return refused.length >= 2 && refused;
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

  test('a function reads the secrets that the stack was given', async () => {
    expect((await post(stack, '/open', { secret: SECRET_ARN })).body).toEqual({ value: 'a=b' });
    expect((await post(stack, '/open', { secret: `${SECRET_ARN}x` })).body).toEqual({
      error: 'ResourceNotFoundException',
    });
  });
});

describe('mistakes of a program that show', () => {
  test('a model for one content type lets the others pass', async () => {
    const stack = await start({ modelForEveryType: 'false' });
    try {
      const body = { amount: 'x' };
      expect((await post(stack, '/open', body)).status).toBe(400);
      const asText = { 'Content-Type': 'text/plain' };
      expect((await post(stack, '/open', body, asText)).status).toBe(200);
    } finally {
      await stack.stop();
    }
  });

  test('requests above rate and burst are throttled', async () => {
    const stack = await start({ rate: '0.001', burst: '3' });
    try {
      const answers = [];
      for (let sent = 0; sent < 8; sent += 1) answers.push(await post(stack, '/open', {}));
      const throttled = answers.filter(({ status }) => status === 429);
      expect(throttled).toHaveLength(5);
      expect(throttled[0]?.headers.get('Retry-After')).toBe('7');
      expect(throttled[0]?.body).toEqual({ error: 'later' });
    } finally {
      await stack.stop();
    }
  });

  test('a deployment that does not wait for its methods serves none of them', async () => {
    const stack = await start({ deployTooEarly: 'true' });
    try {
      expect((await post(stack, '/open', {})).status).not.toBe(200);
    } finally {
      await stack.stop();
    }
  });
});
