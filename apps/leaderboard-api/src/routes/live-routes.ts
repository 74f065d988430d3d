import {
  boardDefinitionHash,
  findBoard,
  parseBoardWindow,
  parseRankKey,
  percentile,
  type BoardDefinitions,
} from '@leaderboard/ranking';
import type { RegisteredBoard } from '@leaderboard/tables';
import { ApiError } from '../errors.ts';
import type { RouteRequest } from '../http/api.ts';
import { liveResponse, type HttpResponse } from '../http/response.ts';
import type { LiveReader } from '../reads/live-reader.ts';
import type { RankedReads } from '../reads/ranked-reads.ts';
import type { ReadTarget } from '../reads/read-target.ts';
import type { StandingsTable } from '../reads/standings-table.ts';
import { decodeCursor, encodeCursor, invalidCursor } from './cursor.ts';
import { requirePlayerId, requirePlayerIds } from './player-ids.ts';
import { requestedWindow } from './requested-window.ts';
import { freshnessFields, toEntry, windowFields } from './response-bodies.ts';
import { LIMITS, MAX_FRIENDS } from './routes.ts';

export interface LiveRoutesOptions {
  readonly definitions: BoardDefinitions;
  readonly reads: RankedReads;
  readonly table: StandingsTable;
  readonly live: LiveReader;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** The routes that read standings. */
export class LiveRoutes {
  readonly #options: LiveRoutesOptions;

  constructor(options: LiveRoutesOptions) {
    this.#options = options;
  }

  async boards(): Promise<HttpResponse> {
    const { live, table, definitions } = this.#options;
    const hashes = definitions.boards.map(boardDefinitionHash);
    const { result, freshness } = await live.read(hashes, async () => {
      const listed = listBoards(await table.boards(), definitions);
      const counted = await Promise.all(listed.map((board) => this.#countPlayers(board)));
      return { boards: counted, isSettled: listed.every(({ players }) => players === undefined) };
    });
    return liveResponse({ boards: result.boards, ...freshnessFields(freshness) });
  }

  async page({ path, query }: RouteRequest): Promise<HttpResponse> {
    const { target, after } = this.#pageTarget(path['board'] ?? '', query);
    const limit = query.integer('limit', LIMITS.page);
    const { result, freshness } = await this.#options.live.read([target.definitionHash], () =>
      this.#options.reads.page(target, limit, after),
    );
    if (result.total === 0) await this.#requirePlayed(target);
    const { entries, total, nextAfter } = result;
    return liveResponse({
      ...windowFields(target),
      entries: entries.map(toEntry),
      next_cursor: nextAfter === undefined ? null : encodeCursor(boardCursor(target, nextAfter)),
      total,
      ...freshnessFields(freshness),
    });
  }

  async player({ path, query }: RouteRequest): Promise<HttpResponse> {
    const playerId = requirePlayerId(path['player_id'] ?? '');
    const target = this.#target(path['board'] ?? '', query);
    const { result, freshness } = await this.#options.live.read([target.definitionHash], () =>
      this.#options.reads.placesOf(target, [playerId]),
    );
    const [entry] = result.entries;
    if (entry === undefined) throw noStanding(playerId, target);
    return liveResponse({
      ...windowFields(target),
      ...toEntry(entry),
      percentile: percentile(entry.rank, result.total),
      total: result.total,
      ...freshnessFields(freshness),
    });
  }

  async around({ path, query }: RouteRequest): Promise<HttpResponse> {
    const playerId = requirePlayerId(path['player_id'] ?? '');
    const target = this.#target(path['board'] ?? '', query);
    const limit = query.integer('limit', LIMITS.around);
    const { result, freshness } = await this.#options.live.read(
      [target.definitionHash],
      async () => {
        const read = await this.#options.reads.around(target, playerId, limit);
        if (read === undefined) throw noStanding(playerId, target);
        return read;
      },
    );
    return liveResponse({
      ...windowFields(target),
      player_id: playerId,
      entries: result.entries.map(toEntry),
      total: result.total,
      ...freshnessFields(freshness),
    });
  }

  async friends({ path, query }: RouteRequest): Promise<HttpResponse> {
    const playerIds = requirePlayerIds(query.string('ids'), MAX_FRIENDS);
    const target = this.#target(path['board'] ?? '', query);
    const { result, freshness } = await this.#options.live.read([target.definitionHash], () =>
      this.#options.reads.placesOf(target, playerIds),
    );
    const found = new Set(result.entries.map((entry) => entry.player_id));
    return liveResponse({
      ...windowFields(target),
      entries: result.entries.map(toEntry),
      missing: playerIds.filter((id) => !found.has(id)),
      total: result.total,
      ...freshnessFields(freshness),
    });
  }

  #target(boardId: string, query: RouteRequest['query'], period?: string): ReadTarget {
    const { definitions, now } = this.#options;
    const request = { window: query.string('window'), period: query.string('period') ?? period };
    return requestedWindow(boardId, request, definitions.boards, now());
  }

  /** A cursor stays in its own period, even if the week has ended between two pages. */
  #pageTarget(
    boardId: string,
    query: RouteRequest['query'],
  ): { target: ReadTarget; after: string | undefined } {
    const encoded = query.string('cursor');
    if (encoded === undefined) return { target: this.#target(boardId, query), after: undefined };

    const cursor = decodeCursor(encoded, 'board');
    const target = this.#target(boardId, query, parseBoardWindow(cursor.of)?.period);
    if (cursor.of !== target.key) {
      throw invalidCursor(`It belongs to ${cursor.of}, the request to ${target.key}`);
    }
    if (cursor.definition !== target.definitionHash) {
      throw invalidCursor(`It is older than the current definition of board ${target.board.id}`);
    }
    if (parseRankKey(cursor.after, target.board.definition) === undefined) {
      throw invalidCursor('This service did not issue it');
    }
    return { target, after: cursor.after };
  }

  /** A per-game board exists once that game has its first update. */
  async #requirePlayed({ board }: ReadTarget): Promise<void> {
    if (board.definition.scope !== 'per_game') return;
    const registered = await this.#options.table.boards();
    if (registered.some(({ id }) => id === board.id)) return;
    throw new ApiError(
      'NotFound',
      `Board ${board.id} has no players yet. GET /leaderboards lists the boards that do.`,
    );
  }

  async #countPlayers({ id, players }: RegisteredBoard) {
    const { definitions, reads, now } = this.#options;
    const [window] = findBoard(id, definitions.boards)?.definition.windows ?? [];
    const target = requestedWindow(id, { window }, definitions.boards, now());
    const { operator, order, tie_break, windows } = target.board.definition;
    return {
      id,
      operator,
      order,
      tie_break,
      windows,
      players: players ?? (await reads.total(target)),
    };
  }
}

/** In the order of the definitions, then by id. Boards that are not per game are listed without players too. */
function listBoards(
  registered: readonly RegisteredBoard[],
  { boards: definitions }: BoardDefinitions,
): RegisteredBoard[] {
  return definitions.flatMap((definition) => {
    const own = registered
      .filter(({ id }) => findBoard(id, definitions)?.definition === definition)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const isAlwaysListed = definition.scope !== 'per_game';
    return own.length === 0 && isAlwaysListed ? [{ id: definition.id, players: undefined }] : own;
  });
}

function boardCursor(target: ReadTarget, after: string) {
  return { list: 'board', of: target.key, definition: target.definitionHash, after } as const;
}

function noStanding(playerId: string, { board, window, period }: ReadTarget): ApiError {
  const where = window === 'all_time' ? board.id : `${board.id}, ${window} ${period}`;
  return new ApiError('NotFound', `Player ${playerId} has no standing on board ${where}.`);
}
