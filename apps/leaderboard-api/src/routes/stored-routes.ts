import { instantMs, RankingError, type BoardDefinitions } from '@leaderboard/ranking';
import { LATEST_SORT_KEY as LATEST, type HistoryUpdate, type Snapshot } from '@leaderboard/tables';
import { ApiError, quoted } from '../errors.ts';
import type { RouteRequest } from '../http/api.ts';
import { exactNumber } from '../http/exact-json.ts';
import { cacheableResponse, liveResponse, type HttpResponse } from '../http/response.ts';
import type { HistoryReader } from '../reads/history-reader.ts';
import type { SnapshotReader } from '../reads/snapshot-reader.ts';
import { decodeCursor, encodeCursor, invalidCursor, type Cursor } from './cursor.ts';
import { requirePlayerId } from './player-ids.ts';
import { requireBoard, requireWindow } from './requested-window.ts';
import { toEntry, toInstant, withMs } from './response-bodies.ts';
import { LIMITS } from './routes.ts';

export interface StoredRoutesOptions {
  readonly definitions: BoardDefinitions;
  readonly snapshots: SnapshotReader;
  readonly history: HistoryReader;
  /** The OpenAPI document of this service. */
  readonly openapi: unknown;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** The latest snapshot is replaced about once a minute: a cache revalidates soon, and mostly gets 304. */
const LATEST_CACHING = 'public, max-age=5';
/** A dated snapshot never changes; DynamoDB deletes it after its TTL. */
const DATED_CACHING = 'public, max-age=86400, immutable';
/** The document changes with a deployment. */
const OPENAPI_CACHING = 'public, max-age=300';

/** The routes that return what is stored as it is: snapshots and the ledger. */
export class StoredRoutes {
  readonly #options: StoredRoutesOptions;

  constructor(options: StoredRoutesOptions) {
    this.#options = options;
  }

  latestSnapshot(): Promise<HttpResponse> {
    return this.#snapshot(this.#options.definitions.default_board, undefined, LATEST);
  }

  snapshot({ path, query }: RouteRequest): Promise<HttpResponse> {
    const asOf = requireAsOf(path['as_of'] ?? '');
    return this.#snapshot(path['board'] ?? '', query.string('window'), asOf);
  }

  async snapshots({ path, query }: RouteRequest): Promise<HttpResponse> {
    const { definitions, snapshots } = this.#options;
    const board = requireBoard(path['board'] ?? '', definitions.boards);
    const window = requireWindow(board, query.string('window'));
    const leaderboardId = `${board.id}#${window}`;
    const before = requirePosition(query.string('cursor'), 'snapshots', leaderboardId);
    const limit = query.integer('limit', LIMITS.page);
    const { snapshots: found, hasMore } = await snapshots.list(
      leaderboardId,
      limit,
      before === undefined ? undefined : requireAsOf(before),
    );
    const last = found.at(-1);
    return liveResponse({
      board: board.id,
      window,
      snapshots: found.map(({ as_of, period, total, entry_count }) => ({
        as_of,
        period,
        total,
        entries: entry_count,
      })),
      next_cursor: nextCursor('snapshots', leaderboardId, hasMore ? last?.as_of : undefined),
    });
  }

  async history({ path, query }: RouteRequest): Promise<HttpResponse> {
    const { history, now } = this.#options;
    const playerId = requirePlayerId(path['player_id'] ?? '');
    const before = requirePosition(query.string('cursor'), 'history', playerId);
    const limit = query.integer('limit', LIMITS.page);
    const startedAt = now();
    const { updates, hasMore } = await history.page(
      playerId,
      limit,
      before === undefined ? undefined : requireTimestamp(before),
    );
    if (updates.length === 0 && before === undefined) {
      throw new ApiError('NotFound', `Player ${playerId} has no updates.`);
    }
    const last = updates.at(-1);
    return liveResponse({
      player_id: playerId,
      entries: updates.map(toHistoryEntry),
      next_cursor: nextCursor('history', playerId, hasMore ? last?.timestamp : undefined),
      as_of: toInstant(startedAt),
    });
  }

  openapi(): HttpResponse {
    return cacheableResponse(this.#options.openapi, OPENAPI_CACHING);
  }

  async #snapshot(
    boardId: string,
    windowName: string | undefined,
    asOf: string,
  ): Promise<HttpResponse> {
    const board = requireBoard(boardId, this.#options.definitions.boards);
    const window = requireWindow(board, windowName);
    const snapshot = await this.#options.snapshots.snapshot(`${board.id}#${window}`, asOf);
    if (snapshot === undefined) {
      const remedy = `GET /leaderboards/${board.id}/snapshots?window=${window} lists the stored ones`;
      const what = asOf === LATEST ? 'snapshot yet' : `snapshot of ${asOf}`;
      throw new ApiError('NotFound', `Board ${board.id} (${window}) has no ${what}. ${remedy}.`);
    }
    const caching = asOf === LATEST ? LATEST_CACHING : DATED_CACHING;
    return cacheableResponse(toSnapshotBody(snapshot), caching);
  }
}

function toSnapshotBody(snapshot: Snapshot) {
  return {
    leaderboard_id: snapshot.leaderboard_id,
    board: snapshot.board,
    window: snapshot.window,
    period: snapshot.period,
    as_of: snapshot.as_of,
    total: snapshot.total,
    entries: snapshot.entries.map(toEntry),
  };
}

/** Fields are listed one by one: metadata, message ids and sequence numbers stay in the ledger. */
function toHistoryEntry(update: HistoryUpdate) {
  return {
    timestamp: toInstant(update.timestamp),
    occurred_at: withMs(update.occurred_at),
    game_id: update.game_id,
    score: exactNumber(update.score),
    update_type: update.update_type,
    event_id: update.event_id,
    version: update.version,
  };
}

function requireAsOf(asOf: string): string {
  if (asOf === LATEST) return asOf;
  try {
    return toInstant(instantMs(asOf));
  } catch (error) {
    if (!(error instanceof RankingError)) throw error;
    throw new ApiError(
      'BadRequest',
      `Invalid as_of ${quoted(asOf)}. Use LATEST or an instant such as 2026-11-21T09:30:00.000Z.`,
    );
  }
}

/** Where the previous page ended, from its cursor. */
function requirePosition(
  cursor: string | undefined,
  list: Cursor['list'],
  of: string,
): string | undefined {
  if (cursor === undefined) return undefined;
  const decoded = decodeCursor(cursor, list);
  if (decoded.of !== of)
    throw invalidCursor(`It belongs to ${quoted(decoded.of)}, the request to ${of}`);
  return decoded.after;
}

function requireTimestamp(digits: string): number {
  if (/^[1-9]\d{0,14}$/.test(digits)) return Number(digits);
  throw invalidCursor('This service did not issue it');
}

function nextCursor(list: Cursor['list'], of: string, after: string | number | undefined) {
  return after === undefined
    ? null
    : encodeCursor({ list, of, definition: '', after: String(after) });
}
