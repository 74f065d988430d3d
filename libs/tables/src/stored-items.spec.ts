import { describe, expect, test } from '@jest/globals';
import {
  fromAttributes,
  toAppliedItem,
  toApplied,
  toAttributes,
  toBoardItem,
  toChangeItem,
  toChangedBoardWindow,
  toCompleteness,
  toCompletenessItem,
  toDatedSnapshotItem,
  toFirstRequest,
  toFirstRequestItem,
  toHead,
  toHeadItem,
  toHeadOfLedger,
  toHistoryUpdate,
  toLatestSnapshotItem,
  toLedgerAttributes,
  toLedgerUpdate,
  toMarker,
  toMarkerItem,
  toProgress,
  toProgressItem,
  toReceivedEventItem,
  toRegisteredBoard,
  toRetryNote,
  toRetryNoteItem,
  toSnapshot,
  toSnapshotSummary,
  toSnapshotterPosition,
  toSnapshotterPositionItem,
  toStandingItem,
  toStandingRow,
  toStandingsNotes,
  toStoredEvent,
  toUnroutedEvent,
  type Attributes,
  type Item,
} from './index.ts';

/** Writes an item, compares it with what the tables hold, and returns it as it is read. */
function stored(item: Item, attributes: Attributes): Item {
  expect(toAttributes(item)).toEqual(attributes);
  return fromAttributes(attributes);
}

const ENTRY = {
  update: {
    player_id: 'ada',
    event_id: 'match-7',
    game_id: 'chess',
    score: -12.5,
    update_type: 'score_update',
    occurred_at: '2026-11-21T09:59:59Z',
    metadata: JSON.parse('{"level": 3, "__proto__": [true, null, "x", 0.1]}') as Record<
      string,
      unknown
    >,
  },
  version: 7,
  timestamp: 1_795_255_200_123,
  processingTimestamp: 1_795_255_200,
  messageId: 'message-1',
  sequenceNumber: '18850000000000000',
};

test('a ledger item', () => {
  const attributes = toLedgerAttributes(ENTRY);
  expect(attributes).toEqual({
    player_id: { S: 'ada' },
    timestamp: { N: '1795255200123' },
    event_id: { S: 'match-7' },
    game_id: { S: 'chess' },
    score: { N: '-12.5' },
    update_type: { S: 'score_update' },
    occurred_at: { S: '2026-11-21T09:59:59Z' },
    metadata: {
      M: Object.fromEntries([
        ['level', { N: '3' }],
        ['__proto__', { L: [{ BOOL: true }, { NULL: true }, { S: 'x' }, { N: '0.1' }] }],
      ]),
    },
    processing_timestamp: { N: '1795255200' },
    message_id: { S: 'message-1' },
    version: { N: '7' },
    sequence_number: { S: '00018850000000000000' },
  });
  expect(toLedgerUpdate(fromAttributes(attributes))).toEqual({
    player_id: 'ada',
    timestamp: 1_795_255_200_123,
    version: 7,
    game_id: 'chess',
    score: -12.5,
    update_type: 'score_update',
    occurred_at: '2026-11-21T09:59:59Z',
  });
  expect(toHistoryUpdate(fromAttributes(attributes))).toEqual({
    timestamp: 1_795_255_200_123,
    occurred_at: '2026-11-21T09:59:59Z',
    game_id: 'chess',
    score: '-12.5',
    update_type: 'score_update',
    event_id: 'match-7',
    version: 7,
  });
});

describe('processed events', () => {
  test('a head', () => {
    const head = {
      version: 7,
      timestamp: 1_795_255_200_123,
      lastSettled: {
        sequenceNumber: '100000000000000000000000000000000000001',
        sentAtMs: 1_795_255_199_000,
      },
    };
    const item = stored(toHeadItem('ada', head), {
      player_id: { S: 'ada' },
      event_id: { S: '#head' },
      version: { N: '7' },
      timestamp: { N: '1795255200123' },
      sequence_number: { S: '100000000000000000000000000000000000001' },
      sent_at: { N: '1795255199000' },
    });
    expect(toHead(item)).toEqual({ playerId: 'ada', ...head });
  });

  test('a head of a release that did not keep the last settled message', () => {
    const head = { version: 7, timestamp: 1_795_255_200_123, lastSettled: undefined };
    const item = stored(toHeadItem('ada', head), {
      player_id: { S: 'ada' },
      event_id: { S: '#head' },
      version: { N: '7' },
      timestamp: { N: '1795255200123' },
    });
    expect(toHead(item)).toEqual({ playerId: 'ada', ...head });
  });

  test('an item that came into the ledger past the processor is its end only if it has a version', () => {
    const item = { player_id: 'ada', timestamp: 1_795_255_200_123 };
    expect(toHeadOfLedger({ ...item, version: 'one' })).toBeUndefined();
    expect(toHeadOfLedger({ ...item, version: 3 })).toEqual({
      version: 3,
      timestamp: 1_795_255_200_123,
      lastSettled: undefined,
    });
    expect(() => toHeadOfLedger({ ...item, version: 'one', message_id: 'message-1' })).toThrow(
      'has no number in its attribute version',
    );
  });

  test('the head of a ledger says not earlier than it was when its last message was sent', () => {
    expect(toHeadOfLedger(fromAttributes(toLedgerAttributes(ENTRY)))).toEqual({
      version: 7,
      timestamp: ENTRY.timestamp,
      lastSettled: {
        sequenceNumber: ENTRY.sequenceNumber.padStart(20, '0'),
        sentAtMs: (ENTRY.processingTimestamp + 1) * 1_000,
      },
    });
  });

  test('a marker', () => {
    const item = stored(toMarkerItem(ENTRY, 'v2:0123', 86_400), {
      player_id: { S: 'ada' },
      event_id: { S: 'match-7' },
      body_hash: { S: 'v2:0123' },
      occurred_at: { S: '2026-11-21T09:59:59Z' },
      message_id: { S: 'message-1' },
      version: { N: '7' },
      timestamp: { N: '1795255200123' },
      expires_at: { N: '1795341600' },
    });
    expect(toMarker(item)).toEqual({
      contentHash: 'v2:0123',
      occurredAt: '2026-11-21T09:59:59Z',
      messageId: 'message-1',
      timestamp: 1_795_255_200_123,
    });
  });

  test('a marker without a time, and an item that is no marker', () => {
    expect(toMarker({ body_hash: 'v2:0123', message_id: 'message-1' })).toEqual({
      contentHash: 'v2:0123',
      occurredAt: undefined,
      messageId: 'message-1',
      timestamp: undefined,
    });
    expect(toMarker({ body_hash: 'v2:0123' })).toBeUndefined();
  });
});

describe('standings', () => {
  test('a standing, its score with more digits than a double carries', () => {
    const row = {
      player_id: 'ada',
      board_window: 'game:chess#weekly#2026-W47',
      board_id: 'game:chess',
      score: '12345678901234567890.123456',
      rank_partition: 'game:chess#weekly#2026-W47#0',
      rank_key: 'k',
      updates: 3,
      achieved_at: '2026-11-21T09:59:59Z',
      version: 7,
      definition_hash: 'abc',
    };
    const item = stored(toStandingItem(row), {
      player_id: { S: 'ada' },
      board_window: { S: 'game:chess#weekly#2026-W47' },
      board_id: { S: 'game:chess' },
      score: { N: '12345678901234567890.123456' },
      rank_partition: { S: 'game:chess#weekly#2026-W47#0' },
      rank_key: { S: 'k' },
      updates: { N: '3' },
      achieved_at: { S: '2026-11-21T09:59:59Z' },
      version: { N: '7' },
      definition_hash: { S: 'abc' },
    });
    expect(toStandingRow(item)).toEqual(row);
  });

  test('how far a player is folded', () => {
    const applied = {
      version: 7,
      timestamp: 1_795_255_200_123,
      definition_hashes: 'abc,def',
      applied_at: 1_795_255_201_000,
    };
    const item = stored(toAppliedItem('ada', applied), {
      player_id: { S: 'ada' },
      board_window: { S: '#applied' },
      version: { N: '7' },
      timestamp: { N: '1795255200123' },
      definition_hashes: { S: 'abc,def' },
      applied_at: { N: '1795255201000' },
    });
    expect(toApplied(item)).toEqual(applied);
  });

  test('a board, and a change of one', () => {
    const board = stored(toBoardItem('GLOBAL'), {
      player_id: { S: '#boards' },
      board_window: { S: 'GLOBAL' },
    });
    expect(toRegisteredBoard(board)).toEqual({ id: 'GLOBAL', players: undefined });
    expect(toRegisteredBoard({ ...board, players: 4 })).toEqual({ id: 'GLOBAL', players: 4 });

    const change = stored(toChangeItem(Date.UTC(2026, 10, 21, 9, 30), 'GLOBAL#all_time'), {
      player_id: { S: '#news#2026-11-21T09:30' },
      board_window: { S: 'GLOBAL#all_time' },
      expires_at: { N: '1795426200' },
    });
    expect(toChangedBoardWindow(change)).toBe('GLOBAL#all_time');
  });

  test('progress, retries and completeness', () => {
    const progress = {
      recordedAt: 1_795_255_200_500,
      ledgerTimestamp: 1_795_255_200_123,
      lagMs: 377,
      arrivalMs: 40,
    };
    const progressItem = stored(toProgressItem(3, progress), {
      player_id: { S: '#progress' },
      board_window: { S: 'slot-03' },
      recorded_at: { N: '1795255200500' },
      ledger_timestamp: { N: '1795255200123' },
      lag_ms: { N: '377' },
      arrival_ms: { N: '40' },
    });
    expect(toProgress(progressItem)).toEqual(progress);

    const note = { player: 'ada', ledgerTimestamp: 1_795_255_200_123, until: 1_795_255_800_001 };
    const noteItem = stored(toRetryNoteItem(42, note), {
      player_id: { S: '#progress' },
      board_window: { S: 'retry-42' },
      player: { S: 'ada' },
      ledger_timestamp: { N: '1795255200123' },
      until: { N: '1795255800001' },
      expires_at: { N: '1795259401' },
    });
    expect(toRetryNote(noteItem)).toEqual(note);

    const record = {
      projected: ['abc', 'def'],
      complete: [],
      tableIds: { ledger: 'id-1', standings: 'id-2' },
      settledAt: 1_795_255_200_000,
      rebuildRun: 'run-1',
      revision: 5,
    };
    const recordItem = stored(toCompletenessItem(record), {
      player_id: { S: '#progress' },
      board_window: { S: 'complete' },
      projected_hashes: { S: 'abc,def' },
      complete_hashes: { S: '' },
      ledger_table_id: { S: 'id-1' },
      standings_table_id: { S: 'id-2' },
      settled_at: { N: '1795255200000' },
      replay_run: { S: 'run-1' },
      revision: { N: '5' },
    });
    expect(toCompleteness(recordItem)).toEqual(record);

    expect(toStandingsNotes([progressItem, noteItem, recordItem])).toEqual({
      progress: [progress],
      retries: [{ ledgerTimestamp: note.ledgerTimestamp, until: note.until }],
      completeness: { complete: [], tableIds: record.tableIds },
    });
  });
});

describe('snapshots', () => {
  const snapshot = {
    leaderboard_id: 'GLOBAL#all_time',
    board: 'GLOBAL',
    window: 'all_time' as const,
    period: 'all_time',
    as_of: '2026-11-21T10:00:00.000Z',
    total: 4,
    entries: [
      {
        rank: 1,
        player_id: 'ada',
        score: '12345678901234567890.123456',
        updates: 3,
        achieved_at: '2026-11-21T09:59:59Z',
      },
    ],
  };
  const attributes = {
    leaderboard_id: { S: 'GLOBAL#all_time' },
    as_of: { S: '2026-11-21T10:00:00.000Z' },
    taken_at: { S: '2026-11-21T10:00:00.000Z' },
    board: { S: 'GLOBAL' },
    window: { S: 'all_time' },
    period: { S: 'all_time' },
    total: { N: '4' },
    entry_count: { N: '1' },
    entries: {
      L: [
        {
          M: {
            rank: { N: '1' },
            player_id: { S: 'ada' },
            score: { N: '12345678901234567890.123456' },
            updates: { N: '3' },
            achieved_at: { S: '2026-11-21T09:59:59Z' },
          },
        },
      ],
    },
  };

  test('a dated one, and the latest one', () => {
    const dated = stored(toDatedSnapshotItem(snapshot, 86_400), {
      ...attributes,
      expires_at: { N: '1795341600' },
    });
    expect(toSnapshot(dated)).toEqual(snapshot);
    expect(toSnapshotSummary(dated)).toEqual({
      as_of: snapshot.as_of,
      period: 'all_time',
      total: 4,
      entry_count: 1,
    });
    const latest = stored(toLatestSnapshotItem(snapshot), {
      ...attributes,
      as_of: { S: 'LATEST' },
    });
    expect(toSnapshot(latest)).toEqual(snapshot);
  });

  test('a window that does not exist is a corrupt item', () => {
    expect(() => toSnapshot({ ...fromAttributes(attributes), window: 'yearly' })).toThrow(
      'has no value of all_time, daily, weekly, monthly in its attribute window (it has "yearly")',
    );
  });

  test('the position of the snapshotter', () => {
    const item = stored(toSnapshotterPositionItem(1_795_255_200_000), {
      leaderboard_id: { S: '#snapshotter' },
      as_of: { S: 'position' },
      bucket: { N: '1795255200000' },
    });
    expect(toSnapshotterPosition(item)).toBe(1_795_255_200_000);
  });
});

describe('the intake', () => {
  test('a received event', () => {
    const item = stored(
      toReceivedEventItem({
        eventId: 'evt-1',
        transactionType: 'payment',
        body: '{"amount":1.50}',
        bodyHash: 'hash',
        receivedAt: '2026-11-21T10:00:00.000Z',
        requestId: 'request-1',
      }),
      {
        event_id: { S: 'evt-1' },
        state: { S: 'received' },
        unrouted: { S: 'payment#3' },
        transaction_type: { S: 'payment' },
        body: { S: '{"amount":1.50}' },
        body_hash: { S: 'hash' },
        received_at: { S: '2026-11-21T10:00:00.000Z' },
        request_id: { S: 'request-1' },
      },
    );
    expect(toStoredEvent(item)).toEqual({
      state: 'received',
      body: '{"amount":1.50}',
      bodyHash: 'hash',
      requestId: 'request-1',
    });
    expect(toUnroutedEvent(item)).toEqual({
      eventId: 'evt-1',
      receivedAt: '2026-11-21T10:00:00.000Z',
    });
  });

  test('the first request with an idempotency key', () => {
    const request = { bodyHash: 'hash', receivedAt: '2026-11-21T10:00:00.999Z' };
    const item = stored(toFirstRequestItem({ caller: 'eu', key: 'k1' }, request, 86_400), {
      idempotency_key: { S: 'eu#k1' },
      body_hash: { S: 'hash' },
      received_at: { S: '2026-11-21T10:00:00.999Z' },
      expires_at: { N: '1795341600' },
    });
    expect(toFirstRequest(item)).toEqual(request);
  });
});
