/**
 * Replaces every URL that a resource would have on AWS by its address on loopback, in strings at any depth. Instances of
 * classes, such as Pulumi's assets, stay as they are.
 *
 * @example
 * withLoopbackUrls('https://e1.cloudfront.net/', new Map([['https://e1.cloudfront.net', 'http://127.0.0.1:8080']]))
 * // 'http://127.0.0.1:8080/'
 */
export function withLoopbackUrls(value: unknown, urls: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') {
    let replaced = value;
    for (const [url, loopbackUrl] of urls) replaced = replaced.replaceAll(url, loopbackUrl);
    return replaced;
  }
  if (Array.isArray(value)) return value.map((entry) => withLoopbackUrls(entry, urls));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, withLoopbackUrls(entry, urls)]),
  );
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
