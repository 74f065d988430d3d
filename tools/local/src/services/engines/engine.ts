import type { IncomingHttpHeaders } from 'node:http';

/** A call to an engine. */
export interface EngineRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Aborted when the caller has gone. */
  readonly signal?: AbortSignal;
}

export interface EngineResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A running implementation of one AWS service, reachable on `url`. */
export interface Engine {
  readonly url: string;
  /** Calls an engine in this process without a socket. */
  readonly dispatch?: (request: EngineRequest) => Promise<EngineResponse>;
  /** Whether the stack did not start it (LEADERBOARD_…_ENDPOINT) and must remove what it creates there. */
  readonly external: boolean;
  stop(): Promise<void>;
}

export function externalEngine(url: string): Engine {
  return { url: url.replace(/\/$/, ''), external: true, stop: () => Promise.resolve() };
}
