/**
 * A value in which every URL that a resource would have in AWS is replaced by its address on loopback, in texts at any
 * depth. Objects with a class of their own, such as Pulumi's assets, are left as they are.
 *
 * @example
 * withLoopbackUrls('https://e1.cloudfront.net/', new Map([['https://e1.cloudfront.net', 'http://127.0.0.1:8080']])) // 'http://127.0.0.1:8080/'
 */
export function withLoopbackUrls(value: unknown, urls: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') {
    let text = value;
    for (const [url, loopbackUrl] of urls) text = text.replaceAll(url, loopbackUrl);
    return text;
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
