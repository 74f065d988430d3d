import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { EXPOSED_HEADERS } from '@leaderboard/contracts/read-headers';
import type { Entry } from '../src/generated/api-types.ts';
import { BOARDS, WINDOWS, type MovingLeaderboard } from './moving-leaderboard.ts';

const PERIODS: Record<string, string> = {
  all_time: 'all_time',
  daily: '2026-11-21',
  weekly: '2026-W47',
  monthly: '2026-11',
};

/** A read API over HTTP that can fail on demand. */
export class ApiDouble {
  /** While set, every response has this status. */
  failure: number | undefined;
  /** `Retry-After` of failures. */
  retryAfterSeconds: number | undefined;
  lagMs = 420;
  exact = true;
  /** Whether players score between two polls. */
  moves = true;
  readonly requests: string[] = [];
  /** Requests whose response was 304. */
  unchanged = 0;
  readonly #game: MovingLeaderboard;
  readonly #server: Server;

  constructor(game: MovingLeaderboard) {
    this.#game = game;
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://api');
      this.requests.push(url.pathname + url.search);
      const { status, body } =
        this.failure === undefined
          ? this.#respond(url)
          : { status: this.failure, body: { error: 'The service is being maintained.' } };
      const { as_of, lag_ms, ...content } = body as { as_of?: string; lag_ms?: number };
      const etag = `W/"${createHash('sha256').update(JSON.stringify(content)).digest('base64url')}"`;
      const isKnown = status === 200 && request.headers['if-none-match'] === etag;
      if (isKnown) this.unchanged += 1;
      response.writeHead(isKnown ? 304 : status, {
        'content-type': 'application/json',
        'access-control-allow-origin': '*',
        'access-control-expose-headers': EXPOSED_HEADERS.join(', '),
        ...(status === 200 && { etag, 'cache-control': 'public, max-age=1' }),
        ...(as_of !== undefined && { 'leaderboard-as-of': as_of }),
        ...(lag_ms !== undefined && { 'leaderboard-lag-ms': String(lag_ms) }),
        ...(this.failure !== undefined &&
          this.retryAfterSeconds !== undefined && {
            'retry-after': String(this.retryAfterSeconds),
          }),
      });
      // The API sends scores as numbers with all their digits.
      response.end(isKnown ? '' : JSON.stringify(body).replace(/"score":"([^"]*)"/g, '"score":$1'));
    });
  }

  listen(): Promise<string> {
    return listen(this.#server);
  }

  close(): Promise<void> {
    return close(this.#server);
  }

  #respond(url: URL): { status: number; body: object } {
    const [resource, id = '', players, player = ''] = url.pathname
      .slice(1)
      .split('/')
      .map(decodeURIComponent);
    const missing = (what: string) => ({ status: 404, body: { error: `No such ${what}.` } });
    const fresh = { as_of: new Date().toISOString(), lag_ms: this.lagMs, exact: this.exact };
    if (resource === 'players') {
      const entries = this.#game.history(id);
      if (entries.length === 0) return missing('player');
      return {
        status: 200,
        body: { player_id: id, entries, next_cursor: null, as_of: fresh.as_of },
      };
    }
    if (id === '') return { status: 200, body: { boards: this.#boards(), ...fresh } };
    if (!BOARDS.includes(id)) return missing('board');
    const window = url.searchParams.get('window') ?? 'all_time';
    if (this.moves && players === undefined) this.#game.advance();
    const entries = this.#game.entries(id, window);
    const total = entries.length;
    const place = { board: id, window, period: PERIODS[window] ?? window, total, ...fresh };
    if (players === undefined) {
      const limit = Number(url.searchParams.get('limit'));
      const start = Number(url.searchParams.get('from_rank') ?? '1') - 1;
      return {
        status: 200,
        body: {
          ...place,
          entries: entries.slice(start, start + limit),
          next_cursor: total > start + limit ? 'more' : null,
        },
      };
    }
    if (players === 'distribution') {
      const body = distributionOf(entries, Number(url.searchParams.get('buckets')));
      return { status: 200, body: { ...place, ...body, resolution: 0 } };
    }
    const index = entries.findIndex(({ player_id }) => player_id === player);
    if (index < 0) return missing('player');
    const limit = Number(url.searchParams.get('limit'));
    const near = entries.slice(Math.max(0, index - limit), index + limit + 1);
    return { status: 200, body: { ...place, player_id: player, entries: near } };
  }

  #boards(): object[] {
    return BOARDS.map((id) => ({
      id,
      operator: 'sum',
      order: 'desc',
      tie_break: 'earliest',
      windows: WINDOWS,
      players: this.#game.entries(id, 'all_time').length,
    }));
  }
}

/** Equally wide buckets; the entries are in order of rank. */
function distributionOf(entries: readonly Entry[], count: number) {
  const scores = entries.map(({ score }) => Number(score));
  if (scores.length === 0) return { buckets: [], top: [] };
  const [lowest, highest] = [Math.min(...scores), Math.max(...scores)];
  const limits = Array.from(
    { length: count + 1 },
    (_, index) => lowest + ((highest - lowest) * index) / count,
  );
  return {
    buckets: limits.slice(0, -1).map((from, index) => {
      const to = limits[index + 1] ?? highest;
      const isIn = (score: number) => score >= from && (index === count - 1 || score < to);
      return { from, to, players: scores.filter(isIn).length };
    }),
    top: [1, 10, 50].map((percent) => {
      const rank = Math.max(1, Math.ceil((scores.length * percent) / 100));
      return { percent, rank, score: entries[rank - 1]?.score };
    }),
  };
}

/** @returns the address of the server, on a free port of the loopback interface */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `http://127.0.0.1:${String(address.port)}`;
}

export async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
