import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { startLiveStack } from './live-stack.ts';
import type { StackFixture } from './stack-fixture.ts';

describe('a distribution in front of a bucket', () => {
  let stack: StackFixture;
  let url: string;

  beforeAll(async () => {
    stack = await startLiveStack();
    url = stack.output('site_url');
  });
  afterAll(async () => {
    await stack.stop();
  });

  test('serves the default root object with its type, its caching and the security headers', async () => {
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([
      200,
      '<!doctype html><title>home</title>\n',
    ]);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': "default-src 'self'",
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=60; includeSubDomains',
    });
  });

  test('its https address is one on loopback, wherever the program writes it', async () => {
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const config = await fetch(`${url}/config.json`);
    expect(await config.json()).toEqual({ page: url });
  });

  test('adds a header of the policy where the object has none of its own', async () => {
    const response = await fetch(`${url}/config.json`);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('answers 304 to a browser that has the object', async () => {
    const { headers } = await fetch(url);
    const again = await fetch(url, { headers: { 'if-none-match': headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  test('answers with the error page for what is not there, and refuses to change anything', async () => {
    const missing = await fetch(`${url}/nothing/here`);
    expect([missing.status, await missing.text()]).toEqual([404, 'not here']);
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(403);
  });
});

test('a bucket whose policy does not name the distribution is closed to it', async () => {
  const stack = await startLiveStack({ config: { bucketPolicy: 'false' } });
  try {
    const response = await fetch(stack.output('site_url'));
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('AccessDenied');
  } finally {
    await stack.stop();
  }
});
