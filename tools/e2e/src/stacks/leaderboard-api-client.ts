import { setTimeout as sleep } from 'node:timers/promises';
import { WAIT_MS } from './until.ts';
import type { OracleEntry, WindowName } from '../oracle/standings-oracle.ts';

const RETRY_AFTER_MS = 500;

/** Entries are compared by their digits, which a JavaScript number may not hold. */
export type ApiEntry = OracleEntry;

export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed JSON, with each score as its digits; undefined when there is none. */
  readonly body: Record<string, unknown> | undefined;
}

/** What a ranking is asked for. */
export interface RankingQuery {
  readonly window?: WindowName | undefined;
  readonly period?: string | undefined;
  readonly limit?: number;
}

export interface RankingPage {
  readonly board: string;
  readonly window: string;
  readonly period: string;
  readonly entries: readonly ApiEntry[];
  readonly next_cursor: string | null;
  readonly total: number;
  /** When the read started. */
  readonly as_of: string;
  readonly lag_ms: number;
  readonly exact: boolean;
}

/** Reads a leaderboard as a browser would. */
export class LeaderboardApiClient {
  readonly #url: string;

  /** @param url the stack's output `leaderboard_url` */
  constructor(url: string) {
    this.#url = url;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<ApiResponse> {
    const deadline = Date.now() + WAIT_MS;
    let response = await fetch(new URL(path, this.#url), { headers });
    // 503: a table was too slow, as happens on a busy machine, and the API asks for a retry.
    while (response.status === 503 && Date.now() < deadline) {
      await response.body?.cancel();
      await sleep(RETRY_AFTER_MS);
      response = await fetch(new URL(path, this.#url), { headers });
    }
    const text = await response.text();
    // The platform's own errors are not JSON: a function that crashed gives 502 and a sentence.
    if (response.status >= 500) throw new Error(`GET ${path} gave ${response.status}: ${text}`);
    const body =
      text === ''
        ? undefined
        : (JSON.parse(text.replace(/"score":(-?[\d.]+)/g, '"score":"$1"')) as Record<
            string,
            unknown
          >);
    return { status: response.status, headers: response.headers, text, body };
  }

  /** The body of a response that must be 200. */
  async read<Body>(path: string): Promise<Body> {
    const { status, text, body } = await this.get(path);
    if (status !== 200) throw new Error(`GET ${path} gave ${status}: ${text}`);
    return body as Body;
  }

  /** Every page of a ranking, first to last. */
  async pages(board: string, query: RankingQuery = {}): Promise<RankingPage[]> {
    const pages: RankingPage[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const path = `/leaderboards/${board}?${parameters(query)}&cursor=${cursor}`;
      const page: RankingPage = await this.read<RankingPage>(path);
      pages.push(page);
      cursor = page.next_cursor;
    }
    return pages;
  }

  async entries(board: string, query: RankingQuery = {}): Promise<ApiEntry[]> {
    return (await this.pages(board, query)).flatMap(({ entries }) => entries);
  }

  async place(board: string, player: string, query: RankingQuery = {}): Promise<PlayerPlace> {
    return this.read(`/leaderboards/${board}/players/${player}?${parameters(query)}`);
  }

  /** The player with up to `limit` neighbours above and below. */
  async around(board: string, player: string, query: RankingQuery = {}): Promise<RankingPage> {
    return this.read(`/leaderboards/${board}/players/${player}/around?${parameters(query)}`);
  }

  async friends(board: string, ids: readonly string[], query: RankingQuery = {}): Promise<Friends> {
    return this.read(`/leaderboards/${board}/players?ids=${ids.join()}&${parameters(query)}`);
  }
}

export interface PlayerPlace extends ApiEntry {
  readonly percentile: number;
  readonly total: number;
  readonly exact: boolean;
}

export interface Friends {
  readonly entries: readonly ApiEntry[];
  readonly missing: readonly string[];
  readonly total: number;
  readonly exact: boolean;
}

function parameters({ window, period, limit }: RankingQuery): string {
  return new URLSearchParams({
    ...(window !== undefined && { window }),
    ...(period !== undefined && window !== 'all_time' && { period }),
    ...(limit !== undefined && { limit: String(limit) }),
  }).toString();
}
