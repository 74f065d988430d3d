import * as pulumi from '@pulumi/pulumi';

/** The directive for connections in the page's policy; the dashboard is built with a wide one, as its API is not known yet. */
const CONNECT_SOURCES = /connect-src (?:&#39;|[^;"])*/;

/**
 * Narrows `connect-src` in a page's policy (its `<meta http-equiv="Content-Security-Policy">`) to the page and one API.
 *
 * The header of the distribution cannot name the API: the API's address depends on the distribution, whose origin its
 * CORS settings allow.
 *
 * @throws RunError when the page has no such policy.
 * @example
 * withApiAsOnlyConnection('… connect-src https: …', 'https://x.lambda-url.us-west-1.on.aws/leaderboards');
 */
export function withApiAsOnlyConnection(html: string, apiUrl: string): string {
  if (!CONNECT_SOURCES.test(html)) {
    throw new pulumi.RunError(
      'index.html of the page has no Content-Security-Policy with connect-src, so the page could send data anywhere. Run: npx nx run dashboard:build',
    );
  }
  return html.replace(CONNECT_SOURCES, `connect-src &#39;self&#39; ${new URL(apiUrl).origin}`);
}

/** Everything but `connect-src` and the `default-src` that it would fall back to: those are in the page. */
export const PAGE_SECURITY_POLICY = [
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'none'",
  "frame-src 'none'",
  "manifest-src 'none'",
  "media-src 'none'",
  "object-src 'none'",
  "worker-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');
