import { ApiError } from './api-error.ts';
import type {
  AroundAnswer,
  BoardsAnswer,
  HistoryAnswer,
  LeaderboardAnswer,
  PlayerAnswer,
} from './api-types.ts';
import { parseWithExactScores } from './exact-json.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ApiClientOptions {
  /** Absolute address of the API, with or without a trailing slash. */
  apiUrl: string;
  fetch: Fetch;
  /** After how many milliseconds a read is given up. */
  timeoutMs?: number;
}

/** Where a standing is looked up. */
export interface Place {
  board: string;
  window: string;
}

type Query = Record<string, string | number>;

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Typed reads of the leaderboard API. Every method rejects with an {@link ApiError}, except when the
 * caller aborts: then the abort reason passes through.
 *
 * @example
 * const client = new ApiClient({ apiUrl: 'https://api.example', fetch: (url, init) => fetch(url, init) });
 * const { entries } = await client.leaderboard({ board: 'GLOBAL', window: 'all_time' }, 100);
 */
export class ApiClient {
  readonly #base: string;
  readonly #fetch: Fetch;
  readonly #timeoutMs: number;

  constructor({ apiUrl, fetch, timeoutMs = DEFAULT_TIMEOUT_MS }: ApiClientOptions) {
    this.#base = apiUrl.replace(/\/+$/, '');
    this.#fetch = fetch;
    this.#timeoutMs = timeoutMs;
  }

  boards(signal?: AbortSignal): Promise<BoardsAnswer> {
    return this.#get<BoardsAnswer>(['leaderboards'], {}, 'boards', signal);
  }

  leaderboard(place: Place, limit: number, signal?: AbortSignal): Promise<LeaderboardAnswer> {
    const query = { window: place.window, limit };
    return this.#get(['leaderboards', place.board], query, 'entries', signal);
  }

  player(place: Place, playerId: string, signal?: AbortSignal): Promise<PlayerAnswer> {
    const path = ['leaderboards', place.board, 'players', playerId];
    return this.#get(path, { window: place.window }, 'rank', signal);
  }

  around(
    place: Place,
    playerId: string,
    limit: number,
    signal?: AbortSignal,
  ): Promise<AroundAnswer> {
    const path = ['leaderboards', place.board, 'players', playerId, 'around'];
    return this.#get(path, { limit, window: place.window }, 'entries', signal);
  }

  history(playerId: string, limit: number, signal?: AbortSignal): Promise<HistoryAnswer> {
    return this.#get(['players', playerId, 'history'], { limit }, 'entries', signal);
  }

  /** `landmark` is a field that the answer must have: a page of something else is not an answer. */
  async #get<T extends object>(
    path: string[],
    query: Query,
    landmark: keyof T & string,
    signal?: AbortSignal,
  ): Promise<T> {
    const response = await this.#request(this.#address(path, query), signal);
    const body = await readBody(response);
    if (!response.ok) throw refusal(response, body);
    if (typeof body !== 'object' || body === null || !(landmark in body)) {
      throw new ApiError(
        'unexpected',
        `The answer of ${this.#base} has no "${landmark}". Check that api_url in config.json is the leaderboard API.`,
      );
    }
    return body as T;
  }

  async #request(address: string, signal?: AbortSignal): Promise<Response> {
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    try {
      return await this.#fetch(address, {
        headers: { accept: 'application/json' },
        credentials: 'omit',
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      if (timeout.aborted) {
        throw new ApiError('timeout', `No answer within ${String(this.#timeoutMs / 1000)} s.`);
      }
      throw new ApiError('unreachable', 'The leaderboard service cannot be reached.');
    }
  }

  #address(path: string[], query: Query): string {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
    const search = parameters.size > 0 ? `?${parameters.toString()}` : '';
    return `${this.#base}/${path.map(pathSegment).join('/')}${search}`;
  }
}

/** Board and player ids may hold ':' and '@', which need no escape in a path (RFC 3986, pchar). */
function pathSegment(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%40', '@');
}

async function readBody(response: Response): Promise<unknown> {
  try {
    return parseWithExactScores(await response.text());
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw new ApiError('unreachable', 'The connection broke off during the answer.');
    }
    return undefined;
  }
}

function refusal(response: Response, body: unknown): ApiError {
  const reason =
    typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : undefined;
  const message =
    reason ?? `The leaderboard service answered with status ${String(response.status)}.`;
  if (response.status === 404) return new ApiError('not_found', message);
  const seconds = Number(response.headers.get('retry-after'));
  return new ApiError('refused', message, seconds > 0 ? seconds * 1000 : undefined);
}
