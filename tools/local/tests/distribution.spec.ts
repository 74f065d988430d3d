import { describe, expect, test } from '@jest/globals';

import { useStack, withStack } from './use-stack.ts';

describe('a distribution in front of a bucket', () => {
  const stack = useStack('live');
  const url = () => stack.output('site_url');

  test('serves the default root object with its type, its cache control and the security headers', async () => {
    const response = await fetch(url());
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

  test('has a loopback address in place of https, wherever the program writes it', async () => {
    expect(url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const config = await fetch(`${url()}/config.json`);
    expect(await config.json()).toEqual({ page: url() });
  });

  test('adds a header of the policy if the object does not have it', async () => {
    const response = await fetch(`${url()}/config.json`);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('responds 304 to a browser that has the object', async () => {
    const { headers } = await fetch(url());
    const again = await fetch(url(), { headers: { 'if-none-match': headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  test('serves the error page for a missing object, and rejects writes', async () => {
    const missing = await fetch(`${url()}/nothing/here`);
    expect([missing.status, await missing.text()]).toEqual([404, 'not here']);
    expect((await fetch(url(), { method: 'PUT', body: 'x' })).status).toBe(403);
  });
});

test('a distribution that the bucket policy does not name is denied', async () => {
  await withStack('live', { config: { bucketPolicy: 'false' } }, async (stack) => {
    const response = await fetch(stack.output('site_url'));
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('AccessDenied');
  });
});
