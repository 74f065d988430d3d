import { expect, test } from '@jest/globals';

import { withApiAsOnlyConnection } from './page-policy.ts';

const API = 'https://x.lambda-url.us-west-1.on.aws/leaderboards';

test.each([
  [
    'written with entities',
    'default-src &#39;none&#39;; connect-src &#39;self&#39; https: http://localhost:*; base-uri &#39;none&#39;',
    'default-src &#39;none&#39;; connect-src &#39;self&#39; https://x.lambda-url.us-west-1.on.aws; base-uri &#39;none&#39;',
  ],
  [
    'written with quotes',
    "default-src 'none'; connect-src 'self' https:; base-uri 'none'",
    "default-src 'none'; connect-src &#39;self&#39; https://x.lambda-url.us-west-1.on.aws; base-uri 'none'",
  ],
  [
    'with connect-src at its end',
    "default-src 'none'; connect-src https:",
    "default-src 'none'; connect-src &#39;self&#39; https://x.lambda-url.us-west-1.on.aws",
  ],
])('a policy %s allows connections to the API only', (_, policy, narrowed) => {
  const page = (content: string) =>
    `<meta http-equiv="Content-Security-Policy" content="${content}">`;
  expect(withApiAsOnlyConnection(page(policy), API)).toBe(page(narrowed));
});

test('rejects a page without a policy', () => {
  expect(() => withApiAsOnlyConnection('<title>Leaderboard</title>', API)).toThrow(
    'has no Content-Security-Policy with connect-src',
  );
});
