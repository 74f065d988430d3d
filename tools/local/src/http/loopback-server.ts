import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A listener on loopback. */
export interface LoopbackServer {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A whole answer to a request. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer | string;
}

/** Serves requests on a port of 127.0.0.1; 0 is a free one. A handler that throws cuts the connection. */
export async function startLoopbackServer(
  handle: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>,
  port = 0,
): Promise<LoopbackServer> {
  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** {@link startLoopbackServer} for handlers that answer at once, with a body that fits in memory. */
export function startAnsweringServer(
  answer: (incoming: IncomingMessage, body: Buffer) => Promise<HttpAnswer> | HttpAnswer,
  port = 0,
): Promise<LoopbackServer> {
  return startLoopbackServer(async (incoming, outgoing) => {
    const { status, headers, body } = await answer(incoming, await readBody(incoming));
    for (const [name, value] of Object.entries(headers)) {
      outgoing.setHeader(name, typeof value === 'string' ? value : [...value]);
    }
    // A 204 or 304 has no body, whatever its length would be.
    if (status !== 204 && status !== 304) {
      outgoing.setHeader('content-length', Buffer.byteLength(body));
    }
    outgoing.writeHead(status);
    if (incoming.method === 'HEAD') outgoing.end();
    else outgoing.end(body);
  }, port);
}

export async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
