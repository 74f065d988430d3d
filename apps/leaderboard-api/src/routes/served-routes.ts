import type { BoardDefinitions } from '@leaderboard/ranking';
import { DEPLOYED_SET } from '@leaderboard/tables';
import { ApiError } from '../errors.ts';
import type { Route, RouteRequest } from '../http/api.ts';
import type { HttpResponse } from '../http/response.ts';
import { BoardsChangedError } from '../reads/live-reader.ts';
import type { StandingsTable } from '../reads/standings-table.ts';
import { ROUTES, type RouteName } from './routes.ts';

/** How long a set of boards counts as the one that is served, in ms, where nothing else tells. */
const MAX_AGE_MS = 10_000;
/** The same before a request is refused: the board may be a new one. */
const MAX_AGE_OF_REFUSAL_MS = 1_000;
/** Routes whose answer is the same whatever the boards are. */
const OF_NO_BOARD: ReadonlySet<RouteName> = new Set(['openapi', 'history']);
/** Times that a request begins again because the boards changed. */
const MAX_ATTEMPTS = 3;

/** The handlers of all routes, for the boards of one set. */
export type RouteHandlers = Readonly<Record<RouteName, Route['handle']>>;

export interface ServedRoutesOptions {
  /** The boards that the stack was deployed with: they are served until others are applied. */
  readonly deployed: BoardDefinitions;
  readonly table: Pick<StandingsTable, 'servedSet' | 'boardSet'>;
  /** Makes the handlers for a set. */
  readonly handlersOf: (definitions: BoardDefinitions, serving: string) => RouteHandlers;
  /** ms since the epoch. */
  readonly now: () => number;
}

/**
 * The routes, always for the boards that are served. A live read compares the set that its boards are of with the one that is
 * served, in the same request that tells whether they are complete: so a change of boards is seen by the first read after it.
 */
export class ServedRoutes {
  readonly #options: ServedRoutesOptions;
  #current: { readonly serving: string; readonly handlers: RouteHandlers };
  #checkedAtMs = -Infinity;

  constructor(options: ServedRoutesOptions) {
    this.#options = options;
    this.#current = {
      serving: DEPLOYED_SET,
      handlers: options.handlersOf(options.deployed, DEPLOYED_SET),
    };
  }

  /** Every route of the table. */
  routes(): Route[] {
    return (Object.keys(ROUTES) as RouteName[]).map((name) => ({
      name,
      path: ROUTES[name].path,
      query: ROUTES[name].query,
      handle: (request) => this.#handle(name, request),
    }));
  }

  async #handle(name: RouteName, request: RouteRequest): Promise<HttpResponse> {
    if (OF_NO_BOARD.has(name)) return this.#current.handlers[name](request);
    await this.#isChanged(MAX_AGE_MS);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#current.handlers[name](request);
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !(await this.#isOfOtherBoards(error))) throw error;
      }
    }
  }

  /** Whether the request may have another answer now, because other boards are served. */
  async #isOfOtherBoards(error: unknown): Promise<boolean> {
    if (error instanceof BoardsChangedError) {
      await this.#serve(error.serving);
      return true;
    }
    return error instanceof ApiError && (await this.#isChanged(MAX_AGE_OF_REFUSAL_MS));
  }

  /** Looks which set is served, unless that was done a moment ago. @returns whether it is another one */
  async #isChanged(maxAgeMs: number): Promise<boolean> {
    const nowMs = this.#options.now();
    if (nowMs - this.#checkedAtMs < maxAgeMs) return false;
    const serving = await this.#options.table.servedSet();
    this.#checkedAtMs = nowMs;
    if (serving === this.#current.serving) return false;
    await this.#serve(serving);
    return true;
  }

  async #serve(serving: string): Promise<void> {
    const { deployed, table, handlersOf } = this.#options;
    const definitions = serving === DEPLOYED_SET ? deployed : await table.boardSet(serving);
    this.#current = { serving, handlers: handlersOf(definitions, serving) };
  }
}
