import { AS_OF_HEADER, LAG_MS_HEADER } from '@leaderboard/contracts/read-headers';
import { ApiError } from './api-error.ts';
import type {
  Around,
  Boards,
  Distribution,
  History,
  LeaderboardPage,
} from '../generated/api-types.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ApiClientOptions {
  /** Absolute address of the API, with or without a trailing slash. */
  apiUrl: string;
  fetch: Fetch;
  /** Timeout of a read (ms). Default: 10,000. */
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
 * caller aborts: then it rejects with the abort reason.
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

  boards(signal?: AbortSignal): Promise<Boards> {
    return this.#get<Boards>(['leaderboards'], {}, 'boards', signal);
  }

  /** @param fromRank place of the first entry; undefined for the top, whose address all pages share */
  leaderboard(
    place: Place,
    limit: number,
    fromRank?: number,
    signal?: AbortSignal,
  ): Promise<LeaderboardPage> {
    const query = {
      window: place.window,
      limit,
      ...(fromRank !== undefined && { from_rank: fromRank }),
    };
    return this.#get(['leaderboards', place.board], query, 'entries', signal);
  }

  around(place: Place, playerId: string, limit: number, signal?: AbortSignal): Promise<Around> {
    const path = ['leaderboards', place.board, 'players', playerId, 'around'];
    return this.#get(path, { limit, window: place.window }, 'entries', signal);
  }

  /** @param tails percent of the players at either end that share one bucket */
  distribution(
    place: Place,
    buckets: number,
    tails: number,
    signal?: AbortSignal,
  ): Promise<Distribution> {
    const path = ['leaderboards', place.board, 'distribution'];
    return this.#get(path, { window: place.window, buckets, tails }, 'buckets', signal);
  }

  history(playerId: string, limit: number, signal?: AbortSignal): Promise<History> {
    return this.#get(['players', playerId, 'history'], { limit }, 'entries', signal);
  }

  /** @param landmark a field that the response must have: JSON of another service does not have it */
  async #get<T extends object>(
    path: string[],
    query: Query,
    landmark: keyof T & string,
    signal?: AbortSignal,
  ): Promise<T> {
    const response = await this.#request(this.#address(path, query), signal);
    const body = await readBody(response);
    if (!response.ok) throw failure(response, body);
    if (typeof body !== 'object' || body === null || !(landmark in body)) {
      throw new ApiError(
        'Unexpected',
        `The response of ${this.#base} has no "${landmark}". Check that api_url in config.json is the address of the leaderboard API.`,
      );
    }
    return withFreshnessOf(response, body as T);
  }

  async #request(address: string, signal?: AbortSignal): Promise<Response> {
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    try {
      return await this.#fetch(address, {
        headers: { accept: 'application/json' },
        credentials: 'omit',
        // The browser asks with the ETag of what it has, and takes the body from its cache where that is still the same.
        cache: 'no-cache',
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      if (timeout.aborted) {
        throw new ApiError(
          'Timeout',
          `The leaderboard service did not respond within ${String(this.#timeoutMs / 1000)} s.`,
        );
      }
      throw new ApiError('Unreachable', 'The leaderboard service cannot be reached.');
    }
  }

  #address(path: string[], query: Query): string {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
    const search = parameters.size > 0 ? `?${parameters.toString()}` : '';
    return `${this.#base}/${path.map(pathSegment).join('/')}${search}`;
  }
}

/** Board and player ids may contain ':' and '@', which need no escape in a path (RFC 3986, pchar). */
function pathSegment(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%40', '@');
}

/** The headers are those of the last response; the body may be older, and its content the same. */
function withFreshnessOf<T extends object>({ headers }: Response, body: T): T {
  const [asOf, lagMs] = [headers.get(AS_OF_HEADER), headers.get(LAG_MS_HEADER)];
  return {
    ...body,
    ...(asOf !== null && 'as_of' in body && { as_of: asOf }),
    ...(lagMs !== null && 'lag_ms' in body && { lag_ms: Number(lagMs) }),
  };
}

async function readBody(response: Response): Promise<unknown> {
  try {
    return parseWithExactScores(await response.text());
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw new ApiError('Unreachable', 'The connection was lost.');
    }
    return undefined;
  }
}

function failure(response: Response, body: unknown): ApiError {
  const reason =
    typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : undefined;
  const message = reason ?? `The leaderboard service returned status ${String(response.status)}.`;
  if (response.status === 404) return new ApiError('NotFound', message);
  const seconds = Number(response.headers.get('retry-after'));
  return new ApiError('Rejected', message, seconds > 0 ? seconds * 1000 : undefined);
}

type SourceReviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

/**
 * Parses a response and keeps every `score` as its decimal digits. A browser whose `JSON.parse` has no access to the
 * source falls back to the nearest number.
 */
function parseWithExactScores(json: string): unknown {
  const keepDigits: SourceReviver = (key, value, context) =>
    key === 'score' && typeof value === 'number' ? (context?.source ?? String(value)) : value;
  return JSON.parse(json, keepDigits) as unknown;
}
