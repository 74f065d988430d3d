import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** A call on its way to an engine. */
export interface EngineRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface EngineResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable | Buffer;
}

/** A running implementation of one AWS service, reachable on `url`. */
export interface Engine {
  readonly url: string;
  /** The short way to an engine in this process: the same call without a socket in between. */
  readonly dispatch?: (request: EngineRequest) => Promise<EngineResponse>;
  /** True when someone else runs it (LEADERBOARD_…_ENDPOINT): what the stack creates there it must also remove. */
  readonly external: boolean;
  stop(): Promise<void>;
}

export function externalEngine(url: string): Engine {
  return { url: url.replace(/\/$/, ''), external: true, stop: () => Promise.resolve() };
}
