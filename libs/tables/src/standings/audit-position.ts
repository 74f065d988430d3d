import type { Item } from '../conversion.ts';
import { ItemReader } from '../item-reader.ts';
import { STANDINGS_TABLE, standingsKey } from './table.ts';

/** Key of the auditor's place. */
export const AUDIT_POSITION_KEY: Item = standingsKey('#audit', 'position');

/** How far the auditor is. */
export interface AuditPosition {
  /** When the last walk through the heads began (ms since the epoch). */
  readonly startedAt: number;
  /** When it came to its end (ms since the epoch); undefined while it is under way. */
  readonly endedAt: number | undefined;
  /** The last key of the processed events that it has passed; undefined before the first. */
  readonly after: { readonly playerId: string; readonly eventId: string } | undefined;
  /** The last hole that a run tried to close; empty before the first. */
  readonly afterHole: string;
}

export function toAuditPositionItem({ startedAt, endedAt, after, afterHole }: AuditPosition): Item {
  return {
    ...AUDIT_POSITION_KEY,
    started_at: startedAt,
    ...(endedAt !== undefined && { ended_at: endedAt }),
    ...(after && { after_player: after.playerId, after_event: after.eventId }),
    after_hole: afterHole,
  };
}

/** @throws {CorruptItemError} */
export function toAuditPosition(item: Item): AuditPosition {
  const read = new ItemReader(STANDINGS_TABLE, item);
  const playerId = read.stringIfAny('after_player');
  return {
    startedAt: read.integer('started_at'),
    endedAt: read.integerIfAny('ended_at'),
    after: playerId === undefined ? undefined : { playerId, eventId: read.string('after_event') },
    afterHole: read.string('after_hole'),
  };
}
