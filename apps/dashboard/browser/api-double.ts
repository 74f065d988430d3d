import { createServer, type Server } from 'node:http';
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
      response.writeHead(status, {
        'content-type': 'application/json',
        'access-control-allow-origin': '*',
        'access-control-expose-headers': 'retry-after',
        ...(this.failure !== undefined &&
          this.retryAfterSeconds !== undefined && {
            'retry-after': String(this.retryAfterSeconds),
          }),
      });
      // The API sends scores as numbers with all their digits.
      response.end(JSON.stringify(body).replace(/"score":"([^"]*)"/g, '"score":$1'));
    });
  }

  listen(): Promise<string> {
    return listen(this.#server);
  }

  close(): Promise<void> {
    return close(this.#server);
  }

  #respond(url: URL): { status: number; body: object } {
    const [resource, id = '', players, player = '', around] = url.pathname
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
      return {
        status: 200,
        body: {
          ...place,
          entries: entries.slice(0, limit),
          next_cursor: total > limit ? 'more' : null,
        },
      };
    }
    const index = entries.findIndex(({ player_id }) => player_id === player);
    const entry = entries[index];
    if (entry === undefined) return missing('player');
    if (around === 'around') {
      const limit = Number(url.searchParams.get('limit'));
      const near = entries.slice(Math.max(0, index - limit), index + limit + 1);
      return { status: 200, body: { ...place, player_id: player, entries: near } };
    }
    const percentile = Math.round((1 - index / total) * 1_000) / 10;
    return { status: 200, body: { ...place, ...entry, percentile } };
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
