import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Which port a listener takes. */
export interface PortChoice {
  /** The first port to try; 0 is any free one. */
  readonly port: number;
  /** What listens there, for messages. */
  readonly name: string;
  /** Receives a message when the first port is in use and another one is taken. */
  readonly report: (message: string) => void;
}

const ANY_FREE_PORT: PortChoice = { port: 0, name: 'a listener', report: () => undefined };

/** A listener on loopback. */
export interface LoopbackServer {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A complete response. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer | string;
}

/** How many ports are tried, one after the other, before any free one is taken. */
const PORTS_TO_TRY = 10;

/** Serves requests on a port of 127.0.0.1. A handler that throws closes the connection. */
export async function startLoopbackServer(
  handle: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>,
  choice: PortChoice = ANY_FREE_PORT,
): Promise<LoopbackServer> {
  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.keepAliveTimeout = 60_000;
  const port = await listenOnFirstFree(server, choice);
  return {
    url: `http://127.0.0.1:${String(port)}`,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** {@link startLoopbackServer} for handlers that return a complete response, whose body fits in memory. */
export function startHttpServer(
  respond: (incoming: IncomingMessage, body: Buffer) => Promise<HttpResponse> | HttpResponse,
  choice: PortChoice = ANY_FREE_PORT,
): Promise<LoopbackServer> {
  return startLoopbackServer(async (incoming, outgoing) => {
    const { status, headers, body } = await respond(incoming, await readBody(incoming));
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
  }, choice);
}

export async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The URL of a request. The path is appended to the host as it is: resolved against it, `//` would name another host. */
export function requestUrl({ url = '/' }: Pick<IncomingMessage, 'url'>): URL {
  return new URL(`http://loopback${url}`);
}

/** Listens on the chosen port or, if it is in use, on the next free one. */
async function listenOnFirstFree(
  server: Server,
  { port: first, name, report }: PortChoice,
): Promise<number> {
  const last = Math.min(first + PORTS_TO_TRY - 1, 65_535);
  for (let port = first; ; port = port < last ? port + 1 : 0) {
    try {
      await listen(server, port);
    } catch (error) {
      if (port === 0 || !isInUse(error)) throw error;
      continue;
    }
    const taken = (server.address() as AddressInfo).port;
    if (taken !== first && first !== 0) {
      report(`Port ${String(first)} is taken: ${name} is on ${String(taken)}.`);
    }
    return taken;
  }
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function isInUse(error: unknown): boolean {
  // EACCES: Windows reserves ranges of ports for itself.
  return ['EADDRINUSE', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '');
}
