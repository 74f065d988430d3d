import type { IncomingMessage } from 'node:http';

/** The URL of a request. Its path is put behind the host as it is: resolved against it, `//` would name another host. */
export function requestUrl({ url = '/' }: Pick<IncomingMessage, 'url'>): URL {
  return new URL(`http://loopback${url}`);
}
