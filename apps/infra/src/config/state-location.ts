/**
 * Where the state of the stack is stored, without credentials, as a tag can hold it: at most 256 letters, digits, spaces and
 * `+-=._:/@` (AWS: tag naming limits). Undefined where `PULUMI_BACKEND_URL` is not set, as the program then cannot know it.
 */
export function stateLocation(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const url = environment['PULUMI_BACKEND_URL'];
  if (!url) return undefined;
  // The URL of a PostgreSQL backend holds a password; the query of a bucket holds options.
  const location = url.replace(/[?#].*$/, '').replace(/^([a-z]+:\/\/)[^/]*@/, '$1');
  return location.replace(/[^\p{L}\p{N} +\-=._:/@]/gu, '_').slice(0, 256);
}
