import { compareContent } from '@leaderboard/contracts';
import type { Marker } from '@leaderboard/tables';
import type { ValidRecord } from './record-check.ts';

/** Two times of one event that are further apart are reported: two events may have been given the same id. */
const SAME_TIME_TOLERANCE_MS = 60 * 60 * 1000;

/** What a record is whose event id is in the ledger. */
export type MarkerVerdict =
  /** This very message brought the update into the ledger, in an attempt or an invocation whose response was lost. */
  | { readonly kind: 'own' }
  /** The same content in another message. `atOtherTime`: its `occurred_at` is more than an hour from the first one's. */
  | { readonly kind: 'repeat'; readonly atOtherTime: boolean }
  | { readonly kind: 'reused'; readonly reason: string };

/**
 * Compares a record with the marker of its event id. First the message ids: a message is never a reuse of itself, whatever
 * hash its marker holds. Then the contents, in the version of the marker's hash.
 */
export function compareWithMarker(record: ValidRecord, marker: Marker): MarkerVerdict {
  if (marker.messageId === record.record.messageId) return { kind: 'own' };
  switch (compareContent(record.update, marker.contentHash)) {
    case 'same':
      return { kind: 'repeat', atOtherTime: isAtOtherTime(record, marker) };
    case 'different':
      return reused(record, marker, 'with other content');
    case 'unknown':
      return reused(
        record,
        marker,
        `with a content hash of an unknown version, "${marker.contentHash}", so the contents cannot be compared`,
      );
  }
}

/** A marker without a time has a hash that includes it. */
function isAtOtherTime({ update }: ValidRecord, { occurredAt }: Marker): boolean {
  if (occurredAt === undefined) return false;
  const apartMs = Math.abs(Date.parse(update.occurred_at) - Date.parse(occurredAt));
  return apartMs > SAME_TIME_TOLERANCE_MS;
}

function reused({ update }: ValidRecord, { messageId }: Marker, how: string): MarkerVerdict {
  const reason =
    `event_id "${update.event_id}" of player_id "${update.player_id}" is already in the ledger ${how}; ` +
    `message ${messageId} brought it there. Send a different update under its own event_id.`;
  return { kind: 'reused', reason };
}
