import {
  explainUpdate,
  type BoardDefinitions,
  type Standing,
  type UpdateEffect,
} from '@leaderboard/ranking';
import type { HistoryUpdate } from '@leaderboard/tables';
import { ApiError } from '../errors.ts';
import type { RouteRequest } from '../http/api.ts';
import { exactNumber } from '../http/exact-json.ts';
import { liveResponse, type HttpResponse } from '../http/response.ts';
import type { HistoryReader } from '../reads/history-reader.ts';
import type { PlayerReader } from '../reads/player-reader.ts';
import type { ReadTarget } from '../reads/read-target.ts';
import { decodeCursor, encodeCursor, invalidCursor } from './cursor.ts';
import { requirePlayerId } from './player-ids.ts';
import { requestedWindow } from './requested-window.ts';
import { toInstant, windowFields, withMs } from './response-bodies.ts';
import { LIMITS } from './routes.ts';

export interface ExplainRouteOptions {
  readonly definitions: BoardDefinitions;
  readonly history: HistoryReader;
  readonly players: PlayerReader;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** Where a page of an explanation begins: after an update, with the standing up to it. */
interface Position {
  readonly timestamp: number;
  readonly standing: Omit<Standing, 'player_id'> | undefined;
}

const START: Position = { timestamp: 0, standing: undefined };

/**
 * Explains a standing: folds the player's ledger again, with the rules that made the standing, and says for each update what it
 * did. A page carries in its cursor what the next one begins with, so a page costs the same however long the history is.
 */
export class ExplainRoute {
  readonly #options: ExplainRouteOptions;

  constructor(options: ExplainRouteOptions) {
    this.#options = options;
  }

  async explain({ path, query }: RouteRequest): Promise<HttpResponse> {
    const { definitions, now } = this.#options;
    const playerId = requirePlayerId(path['player_id'] ?? '');
    const window = { window: query.string('window'), period: query.string('period') };
    const target = requestedWindow(
      query.string('board') ?? definitions.default_board,
      window,
      definitions.boards,
      now(),
    );
    const of = `${playerId} ${target.key}`;
    const from = positionOf(query.string('cursor'), of, target.definitionHash);
    const limit = query.integer('limit', LIMITS.page);
    const startedAt = now();
    const page = () => this.#page(playerId, target, from, limit);
    const first = await page();
    // The player may have moved between the reads of one page.
    const { standing, served, next, ...fields } = first.matches === false ? await page() : first;
    return liveResponse({
      player_id: playerId,
      ...windowFields(target),
      ...fields,
      standing: toResult(standing),
      served: toResult(served),
      next_cursor:
        next === undefined
          ? null
          : encodeCursor({ list: 'explain', of, definition: target.definitionHash, after: next }),
      as_of: toInstant(startedAt),
    });
  }

  async #page(playerId: string, target: ReadTarget, from: Position, limit: number) {
    const { history, players } = this.#options;
    const place = (await players.standings([playerId], target.standingKey)).get(playerId);
    const version = place?.version ?? (await players.player(playerId))?.applied?.version;
    if (version === undefined) {
      throw new ApiError('NotFound', `Player ${playerId} has no standings.`);
    }
    const found = await history.updatesAfter(playerId, from.timestamp, limit + 1);
    // The ledger may have updates that are not folded in yet.
    const folded = found.filter((update) => update.version <= version);
    let standing: Standing | undefined = from.standing && {
      ...from.standing,
      player_id: playerId,
    };
    const updates = folded.slice(0, limit);
    const entries = updates.map((update) => {
      const step = explainUpdate(
        standing,
        { ...update, player_id: playerId, score: Number(update.score) },
        target.board,
        target.key,
      );
      standing = step.standing;
      return toExplained(update, step.effect, standing);
    });
    const last = folded.length > limit ? updates.at(-1) : undefined;
    return {
      version,
      entries,
      standing,
      served: place?.row,
      matches: last === undefined ? isSame(standing, place?.row) : null,
      next: last && JSON.stringify([last.timestamp, standing && positionFields(standing)]),
    };
  }
}

/** Fields are listed one by one: what else the ledger holds stays there. */
function toExplained(update: HistoryUpdate, effect: UpdateEffect, after: Standing | undefined) {
  return {
    version: update.version,
    timestamp: toInstant(update.timestamp),
    occurred_at: withMs(update.occurred_at),
    game_id: update.game_id,
    update_type: update.update_type,
    event_id: update.event_id,
    score: exactNumber(update.score),
    effect,
    value: after === undefined ? null : exactNumber(after.score),
  };
}

function toResult(standing: Standing | undefined) {
  if (standing === undefined) return null;
  const { score, updates, achieved_at } = standing;
  return { score: exactNumber(score), updates, achieved_at: withMs(achieved_at) };
}

function isSame(a: Standing | undefined, b: Standing | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.score === b.score &&
    a.updates === b.updates &&
    a.version === b.version &&
    withMs(a.achieved_at) === withMs(b.achieved_at)
  );
}

function positionFields({ score, achieved_at, updates, version }: Standing) {
  return [score, achieved_at, updates, version];
}

/** @throws ApiError `BadRequest` */
function positionOf(cursor: string | undefined, of: string, definition: string): Position {
  if (cursor === undefined) return START;
  const decoded = decodeCursor(cursor, 'explain');
  if (decoded.of !== of) throw invalidCursor(`It belongs to ${decoded.of}, the request to ${of}`);
  if (decoded.definition !== definition) {
    throw invalidCursor('The rules of the board have changed since');
  }
  const position = parsePosition(decoded.after);
  if (position === undefined) throw invalidCursor('This service did not issue it');
  return position;
}

function parsePosition(text: string): Position | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed) || !Number.isSafeInteger(parsed[0])) return undefined;
  const [timestamp, fields] = parsed as [number, unknown];
  if (fields === null || fields === undefined) return { timestamp, standing: undefined };
  if (!Array.isArray(fields)) return undefined;
  const [score, achieved_at, updates, version] = fields as unknown[];
  const isStanding =
    typeof score === 'string' &&
    /^-?\d{1,40}(\.\d{1,40})?$/.test(score) &&
    typeof achieved_at === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(achieved_at) &&
    !Number.isNaN(Date.parse(achieved_at)) &&
    Number.isSafeInteger(updates) &&
    Number.isSafeInteger(version);
  if (!isStanding) return undefined;
  return {
    timestamp,
    standing: { score, achieved_at, updates: updates as number, version: version as number },
  };
}
