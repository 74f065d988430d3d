import {
  boardDefinitionHash,
  findBoard,
  parseBoardWindow,
  parseRankKey,
  percentile,
  windowPeriod,
  type BoardDefinition,
  type BoardDefinitions,
} from '@leaderboard/ranking';
import type { PlayerItem, RegisteredBoard, StandingRow } from '@leaderboard/tables';
import { ApiError, quoted } from '../errors.ts';
import type { RouteRequest } from '../http/api.ts';
import { exactNumber } from '../http/exact-json.ts';
import { liveResponse, type HttpResponse } from '../http/response.ts';
import { distributionOf } from '../reads/distribution.ts';
import type { LiveReader } from '../reads/live-reader.ts';
import type { PlayerReader } from '../reads/player-reader.ts';
import type { PageStart, RankedReads } from '../reads/ranked-reads.ts';
import { readTarget, type ReadTarget } from '../reads/read-target.ts';
import type { StandingsTable } from '../reads/standings-table.ts';
import { BoardList } from './board-list.ts';
import { decodeCursor, encodeCursor, invalidCursor } from './cursor.ts';
import { requirePlayerId, requirePlayerIds } from './player-ids.ts';
import { requestedWindow, requireBoard } from './requested-window.ts';
import { freshnessFields, toEntry, windowFields, withMs } from './response-bodies.ts';
import { LIMITS, MAX_FRIENDS, MAX_RANKED_STANDINGS } from './routes.ts';

/** How long a read waits for ranks that have the version of the player's standings, in ms, and how often it looks. */
const MAX_WAIT_MS = 500;
const WAIT_STEP_MS = 100;

export interface LiveRoutesOptions {
  readonly definitions: BoardDefinitions;
  readonly reads: RankedReads;
  readonly players: PlayerReader;
  readonly table: StandingsTable;
  readonly live: LiveReader;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** The routes that read standings. */
export class LiveRoutes {
  readonly #options: LiveRoutesOptions;
  readonly #boards: BoardList;

  constructor(options: LiveRoutesOptions) {
    this.#options = options;
    this.#boards = new BoardList(options.definitions.boards, options.table);
  }

  async boards({ query }: RouteRequest): Promise<HttpResponse> {
    const { live, definitions } = this.#options;
    const encoded = query.string('cursor');
    const after = encoded === undefined ? undefined : decodeCursor(encoded, 'boards').after;
    const limit = query.integer('limit', LIMITS.page);
    const hashes = definitions.boards.map(boardDefinitionHash);
    const { result, freshness } = await live.read(hashes, async () => {
      const { boards, hasMore } = await this.#boards.page(after, limit);
      const counted = await Promise.all(boards.map((board) => this.#countPlayers(board)));
      const last = hasMore ? boards.at(-1)?.id : undefined;
      return {
        boards: counted,
        last,
        isSettled: boards.every(({ players }) => players === undefined),
      };
    });
    const { last } = result;
    return liveResponse({
      boards: result.boards,
      next_cursor:
        last === undefined
          ? null
          : encodeCursor({ list: 'boards', of: '', definition: '', after: last }),
      ...freshnessFields(freshness),
    });
  }

  async page({ path, query }: RouteRequest): Promise<HttpResponse> {
    const { target, start } = this.#pageTarget(path['board'] ?? '', query);
    const limit = query.integer('limit', LIMITS.page);
    const { result, freshness } = await this.#options.live.read([target.definitionHash], () =>
      this.#options.reads.page(target, limit, start),
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
    const minVersion = minVersionOf(query);
    const { result, freshness } = await this.#options.live.read([target.definitionHash], () =>
      this.#atVersion(playerId, minVersion, async () => {
        const read = await this.#options.reads.placesOf(target, [playerId]);
        return { ...read, version: read.versions.get(playerId) };
      }),
    );
    const [entry] = result.entries;
    if (entry === undefined) throw noStanding(playerId, target);
    return liveResponse({
      ...windowFields(target),
      ...toEntry(entry),
      percentile: percentile(entry.rank, result.total),
      total: result.total,
      version: result.version,
      ...freshnessFields(freshness),
    });
  }

  async around({ path, query }: RouteRequest): Promise<HttpResponse> {
    const playerId = requirePlayerId(path['player_id'] ?? '');
    const target = this.#target(path['board'] ?? '', query);
    const limit = query.integer('limit', LIMITS.around);
    const minVersion = minVersionOf(query);
    const { result, freshness } = await this.#options.live.read([target.definitionHash], () =>
      this.#atVersion(playerId, minVersion, async () => {
        const read = await this.#options.reads.around(target, playerId, limit);
        if (read === undefined) throw noStanding(playerId, target);
        return { ...read, version: read.versions.get(playerId) };
      }),
    );
    return liveResponse({
      ...windowFields(target),
      player_id: playerId,
      entries: result.entries.map(toEntry),
      total: result.total,
      version: result.version,
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

  async distribution({ path, query }: RouteRequest): Promise<HttpResponse> {
    const target = this.#target(path['board'] ?? '', query);
    const division = {
      buckets: query.integer('buckets', LIMITS.buckets),
      tails: query.integer('tails', LIMITS.tails),
    };
    const { result, freshness } = await this.#options.live.read([target.definitionHash], () =>
      this.#options.reads.cut(target, async (cut) => {
        const distribution = await distributionOf(cut, target.board.definition, division);
        return { ...distribution, isSettled: distribution.resolution === 0 };
      }),
    );
    if (result.total === 0) await this.#requirePlayed(target);
    return liveResponse({
      ...windowFields(target),
      total: result.total,
      buckets: result.buckets.map(({ from, to, players }) => ({
        from: exactNumber(from),
        to: exactNumber(to),
        players,
      })),
      resolution: result.resolution,
      top: result.cutoffs.map(({ percent, position, score }) => ({
        percent,
        rank: position,
        score: exactNumber(score),
      })),
      ...freshnessFields(freshness),
    });
  }

  async standings({ path, query }: RouteRequest): Promise<HttpResponse> {
    const { players, live, definitions } = this.#options;
    const playerId = requirePlayerId(path['player_id'] ?? '');
    const minVersion = minVersionOf(query);
    const isRanked = query.boolean('ranks');
    const boards = query.string('boards')?.split(',');
    for (const id of boards ?? []) requireBoard(id, definitions.boards);
    const hashes = definitions.boards.map(boardDefinitionHash);
    const { result, freshness } = await live.read(hashes, () =>
      this.#atVersion(playerId, minVersion, async () => {
        const player = await players.player(playerId);
        if (player?.applied === undefined) throw noStandings(playerId);
        const found = this.#presentStandings(player).filter(
          ({ target }) => boards?.includes(target.board.id) ?? true,
        );
        const { version } = player.applied;
        if (!isRanked) {
          return { entries: found.map(toStanding), version, isSettled: true };
        }
        if (found.length > MAX_RANKED_STANDINGS) {
          throw new ApiError(
            'BadRequest',
            `Player ${playerId} has ${found.length} standings. At most ${MAX_RANKED_STANDINGS} are ranked in one request: choose boards with boards=.`,
          );
        }
        return { ...(await this.#rank(playerId, found)), version };
      }),
    );
    return liveResponse({
      player_id: playerId,
      standings: result.entries,
      version: result.version,
      ...freshnessFields(freshness),
    });
  }

  /** The standings of a player in the present periods, in the order of the definitions. */
  #presentStandings({ standings }: PlayerItem): PlacedStanding[] {
    const { definitions, now } = this.#options;
    return [...standings.values()]
      .flatMap((row): PlacedStanding[] => {
        const parsed = parseBoardWindow(row.board_window);
        const board = parsed && findBoard(parsed.board_id, definitions.boards);
        if (parsed === undefined || !board?.definition.windows.includes(parsed.window)) return [];
        if (parsed.period !== windowPeriod(parsed.window, now())) return [];
        const target = readTarget(board, parsed.window, parsed.period);
        // While a changed board is built there is one under each definition.
        return row.definition_hash === target.definitionHash ? [{ row, target }] : [];
      })
      .sort((a, b) => {
        const order = this.#positionOf(a) - this.#positionOf(b);
        return order === 0 ? (a.target.key < b.target.key ? -1 : 1) : order;
      });
  }

  #positionOf({ target }: PlacedStanding): number {
    return this.#options.definitions.boards.indexOf(target.board.definition);
  }

  async #rank(playerId: string, standings: readonly PlacedStanding[]) {
    const reads = await Promise.all(
      standings.map(({ target }) => this.#options.reads.placesOf(target, [playerId])),
    );
    const entries = reads.flatMap(({ entries: [entry], total }, index) => {
      const standing = standings[index];
      if (entry === undefined || standing === undefined) return [];
      const { rank } = entry;
      return {
        ...toStanding({ ...standing, row: { ...standing.row, ...entry } }),
        rank,
        percentile: percentile(rank, total),
        total,
      };
    });
    return {
      entries,
      isSettled: reads.every(({ isSettled }) => isSettled),
      readAtMs: Math.min(...reads.map(({ readAtMs }) => readAtMs)),
    };
  }

  /**
   * Reads until the ranks agree with a player's standings of at least a version.
   *
   * @throws ApiError `Conflict`: that version is not folded in yet
   */
  async #atVersion<T extends { readonly version: number | undefined; readonly isSettled: boolean }>(
    playerId: string,
    minVersion: number | undefined,
    read: () => Promise<T>,
  ): Promise<T> {
    const { now, sleep } = this.#options;
    const until = now() + MAX_WAIT_MS;
    for (;;) {
      const result = await read();
      if (minVersion === undefined) return result;
      const { version = 0, isSettled } = result;
      if (version < minVersion) {
        throw new ApiError(
          'Conflict',
          `Player ${playerId} is at version ${version}; version ${minVersion} is not in the standings yet. Try again in a moment.`,
        );
      }
      if (isSettled || now() >= until) return result;
      await sleep(WAIT_STEP_MS);
      if (now() >= until) return read();
    }
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
  ): { target: ReadTarget; start: PageStart } {
    const encoded = query.string('cursor');
    const position = fromRankOf(query);
    if (encoded === undefined) {
      const start = position === undefined ? undefined : { position };
      return { target: this.#target(boardId, query), start };
    }
    if (position !== undefined) {
      throw new ApiError('BadRequest', 'Send either cursor or from_rank, not both.');
    }
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
    return { target, start: { after: cursor.after } };
  }

  /** A per-game board exists once that game has its first update. */
  async #requirePlayed({ board }: ReadTarget): Promise<void> {
    if (board.definition.scope !== 'per_game') return;
    if ((await this.#options.table.board(board.id)) !== undefined) return;
    throw new ApiError(
      'NotFound',
      `Board ${board.id} has no players yet. GET /leaderboards lists the boards that do.`,
    );
  }

  async #countPlayers({ id, players }: RegisteredBoard) {
    const { definitions, reads, now } = this.#options;
    const [window] = findBoard(id, definitions.boards)?.definition.windows ?? [];
    const target = requestedWindow(id, { window }, definitions.boards, now());
    const { operator, order, tie_break, windows }: BoardDefinition = target.board.definition;
    return {
      id,
      operator,
      order,
      tie_break,
      windows,
      players: players ?? (await reads.cut(target, () => Promise.resolve({}))).total,
    };
  }
}

/** A player's standing, and where it is ranked. */
interface PlacedStanding {
  readonly row: StandingRow;
  readonly target: ReadTarget;
}

function toStanding({ row, target }: PlacedStanding) {
  const { score, updates, achieved_at } = row;
  return {
    ...windowFields(target),
    score: exactNumber(score),
    updates,
    achieved_at: withMs(achieved_at),
  };
}

function minVersionOf(query: RouteRequest['query']): number | undefined {
  if (query.string('min_version') === undefined) return undefined;
  return query.integer('min_version', { min: 1, max: 999_999_999, default: 1 });
}

/** A place from the first (1, 2, …) or from the last one (-1, -2, …). */
function fromRankOf(query: RouteRequest['query']): number | undefined {
  const text = query.string('from_rank');
  if (text === undefined) return undefined;
  if (/^-?[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new ApiError(
    'BadRequest',
    `Invalid from_rank ${quoted(text)}. Use a whole number from 1, or from -1 to count from the end.`,
  );
}

function boardCursor(target: ReadTarget, after: string) {
  return { list: 'board', of: target.key, definition: target.definitionHash, after } as const;
}

function noStanding(playerId: string, { board, window, period }: ReadTarget): ApiError {
  const where = window === 'all_time' ? board.id : `${board.id}, ${window} ${period}`;
  return new ApiError('NotFound', `Player ${playerId} has no standing on board ${where}.`);
}

function noStandings(playerId: string): ApiError {
  return new ApiError('NotFound', `Player ${playerId} has no standings.`);
}
