import {
  boardDefinitionHash,
  findBoard,
  parseBoardWindow,
  percentile,
  type BoardDefinitions,
} from '@leaderboard/ranking';
import { describeWindow, toEntry } from './response-bodies.ts';
import { ApiError } from '../errors.ts';
import { selectBoardWindow, type BoardWindow } from './requested-window.ts';
import type { BoardsRegistry, RegisteredBoard } from '../reads/boards-registry.ts';
import { cursorRefusal, decodeCursor, encodeCursor } from './cursor.ts';
import type { LiveReader } from '../reads/freshness.ts';
import { liveAnswer, type Answer } from '../http/response.ts';
import { readRankKey } from '../reads/rank-key-value.ts';
import type { RankedReads } from '../reads/ranked-reads.ts';
import { requirePlayerId, requirePlayerIds, type RouteRequest } from './player-ids.ts';
import { LIMITS, MAX_FRIENDS } from './route-table.ts';

export interface LiveRoutesOptions {
  readonly definitions: BoardDefinitions;
  readonly reads: RankedReads;
  readonly registry: Pick<BoardsRegistry, 'boards'>;
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

  async boards(): Promise<Answer> {
    const { live, registry, definitions } = this.#options;
    const hashes = definitions.boards.map(boardDefinitionHash);
    const { result, freshness } = await live.read(hashes, async () => {
      const listed = listBoards(await registry.boards(), definitions);
      const counted = await Promise.all(listed.map((board) => this.#countPlayers(board)));
      return { boards: counted, isSettled: listed.every(({ players }) => players === undefined) };
    });
    return liveAnswer({ boards: result.boards, ...freshness });
  }

  async page({ path, query }: RouteRequest): Promise<Answer> {
    const { target, after } = this.#pageTarget(path['board'] ?? '', query);
    const limit = query.integer('limit', LIMITS.page);
    const { result, freshness } = await this.#options.live.read([target.definitionHash], () =>
      this.#options.reads.page(target, limit, after),
    );
    if (result.total === 0) await this.#requirePlayed(target);
    const { entries, total, nextAfter } = result;
    return liveAnswer({
      ...describeWindow(target),
      entries: entries.map(toEntry),
      next_cursor: nextAfter === undefined ? null : encodeCursor(boardCursor(target, nextAfter)),
      total,
      ...freshness,
    });
  }

  async player({ path, query }: RouteRequest): Promise<Answer> {
    const playerId = requirePlayerId(path['player_id'] ?? '');
    const target = this.#target(path['board'] ?? '', query);
    const { result, freshness } = await this.#options.live.read([target.definitionHash], () =>
      this.#options.reads.placesOf(target, [playerId]),
    );
    const [entry] = result.entries;
    if (entry === undefined) throw noStanding(playerId, target);
    return liveAnswer({
      ...describeWindow(target),
      ...toEntry(entry),
      percentile: percentile(entry.rank, result.total),
      total: result.total,
      ...freshness,
    });
  }

  async around({ path, query }: RouteRequest): Promise<Answer> {
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
    return liveAnswer({
      ...describeWindow(target),
      player_id: playerId,
      entries: result.entries.map(toEntry),
      total: result.total,
      ...freshness,
    });
  }

  async friends({ path, query }: RouteRequest): Promise<Answer> {
    const playerIds = requirePlayerIds(query.text('ids'), MAX_FRIENDS);
    const target = this.#target(path['board'] ?? '', query);
    const { result, freshness } = await this.#options.live.read([target.definitionHash], () =>
      this.#options.reads.placesOf(target, playerIds),
    );
    const found = new Set(result.entries.map((entry) => entry.playerId));
    return liveAnswer({
      ...describeWindow(target),
      entries: result.entries.map(toEntry),
      missing: playerIds.filter((id) => !found.has(id)),
      total: result.total,
      ...freshness,
    });
  }

  #target(boardId: string, query: RouteRequest['query'], period?: string): BoardWindow {
    const { definitions, now } = this.#options;
    const request = { window: query.text('window'), period: query.text('period') ?? period };
    return selectBoardWindow(boardId, request, definitions.boards, now());
  }

  /** A cursor goes on in its own period, also when the week has ended between two pages. */
  #pageTarget(
    boardId: string,
    query: RouteRequest['query'],
  ): { target: BoardWindow; after: string | undefined } {
    const text = query.text('cursor');
    if (text === undefined) return { target: this.#target(boardId, query), after: undefined };

    const cursor = decodeCursor(text, 'board');
    const target = this.#target(boardId, query, parseBoardWindow(cursor.of)?.period);
    if (cursor.of !== target.key) {
      throw cursorRefusal(`is of ${cursor.of}, and the request of ${target.key}`);
    }
    if (cursor.definition !== target.definitionHash) {
      throw cursorRefusal(`is older than the present definition of board ${target.board.id}`);
    }
    if (readRankKey(cursor.after, target.board.definition) === undefined) {
      throw cursorRefusal('is not one that this service gave');
    }
    return { target, after: cursor.after };
  }

  /** The board of a game exists from the first update of that game on. */
  async #requirePlayed({ board }: BoardWindow): Promise<void> {
    if (board.definition.scope !== 'per_game') return;
    const registered = await this.#options.registry.boards();
    if (registered.some(({ id }) => id === board.id)) return;
    throw new ApiError(
      'NotFound',
      `Board ${board.id} has no players yet; GET /leaderboards lists the boards that have.`,
    );
  }

  async #countPlayers({ id, players }: RegisteredBoard) {
    const { definitions, reads, now } = this.#options;
    const [window] = findBoard(id, definitions.boards)?.definition.windows ?? [];
    const target = selectBoardWindow(id, { window }, definitions.boards, now());
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

/** Boards of all games and of given games are there without players too; in the order of the definitions, then by id. */
function listBoards(
  registered: readonly RegisteredBoard[],
  { boards: definitions }: BoardDefinitions,
): RegisteredBoard[] {
  return definitions.flatMap((definition) => {
    const own = registered
      .filter(({ id }) => findBoard(id, definitions)?.definition === definition)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const isAlwaysThere = definition.scope !== 'per_game';
    return own.length === 0 && isAlwaysThere ? [{ id: definition.id, players: undefined }] : own;
  });
}

function boardCursor(target: BoardWindow, after: string) {
  return { list: 'board', of: target.key, definition: target.definitionHash, after } as const;
}

function noStanding(playerId: string, { board, window, period }: BoardWindow): ApiError {
  const where = window === 'all_time' ? board.id : `${board.id}, ${window} ${period}`;
  return new ApiError('NotFound', `Player ${playerId} has no standing on board ${where}.`);
}
