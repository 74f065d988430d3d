import { createHash } from 'node:crypto';

import { describe, expect, test } from '@jest/globals';
import {
  fromAttributes,
  standingsIn,
  toArchivedStanding,
  toArchivedStandingItem,
  toAttributes,
  toAuditPosition,
  toAuditPositionItem,
  toBoardItem,
  toChangesItem,
  toChangedBoardWindows,
  toCompleteness,
  toCompletenessItem,
  toDatedSnapshotItem,
  toFirstRequest,
  toFirstRequestItem,
  toHead,
  toHeadItem,
  toHeadOfLedger,
  toHistoryUpdate,
  toHole,
  toHoleItem,
  toHolesNote,
  toHolesNoteItem,
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
  toPlayerItem,
  toPlayer,
  toStandingsNotes,
  toStoredEvent,
  toUnroutedEvent,
  type Attributes,
  type Item,
  type PlayerMoves,
  DEPLOYED_SET,
  kindOfRanksItem,
  toBoardSet,
  toBoardSetItem,
  standingKey,
  logId,
  logTimeOf,
  NO_HEAD,
  toClosedWindow,
  toClosedWindowItem,
  toEpoch,
  toEpochItem,
  toLogEntry,
  toLogItem,
  toRanksHead,
  toRanksHeadItem,
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
  const row = {
    player_id: 'ada',
    board_window: 'game:chess#weekly#2026-W46',
    board_id: 'game:chess',
    score: '12345678901234567890.123456',
    updates: 3,
    achieved_at: '2026-11-14T09:59:59Z',
    version: 7,
    definition_hash: 'abc',
  };

  test('an archived standing, its score with more digits than a double carries', () => {
    const item = stored(toArchivedStandingItem(row), {
      player_id: { S: 'ada' },
      board_window: { S: 'game:chess#weekly#2026-W46 abc' },
      board_id: { S: 'game:chess' },
      score: { N: '12345678901234567890.123456' },
      updates: { N: '3' },
      achieved_at: { S: '2026-11-14T09:59:59Z' },
      version: { N: '7' },
      definition_hash: { S: 'abc' },
    });
    expect(toArchivedStanding(item)).toEqual(row);
    expect(standingsIn(item)).toEqual([row]);
  });

  test('a player: what is folded in, and the present standings', () => {
    const applied = {
      version: 7,
      timestamp: 1_795_255_200_123,
      definition_hashes: 'abc,def',
      applied_at: 1_795_255_201_000,
    };
    const global = {
      ...row,
      board_window: 'GLOBAL#all_time',
      board_id: 'GLOBAL',
      achieved_at: '2026-11-14T09:59:59.000Z',
      definition_hash: 'former',
    };
    const player = {
      applied,
      transaction: {
        time: 1_795_255_201_001,
        log: [{ partition: 'GLOBAL#def', id: '0mwodwzl5a1b2' }],
      },
      standings: new Map([
        [standingKey(row), row],
        [standingKey(global), global],
      ]),
    };
    const item = stored(toPlayerItem('ada', player), {
      player_id: { S: 'ada' },
      board_window: { S: '#player' },
      version: { N: '7' },
      timestamp: { N: '1795255200123' },
      definition_hashes: { S: 'abc,def' },
      applied_at: { N: '1795255201000' },
      log_time: { N: '1795255201001' },
      log: { L: [{ S: 'GLOBAL#def 0mwodwzl5a1b2' }] },
      standings: {
        M: {
          'game:chess': {
            L: [
              {
                S: 'weekly#2026-W46 12345678901234567890.123456 2026-11-14T09:59:59Z 3 7 0',
              },
            ],
          },
          GLOBAL: { L: [{ S: 'all_time 12345678901234567890.123456 mwg8iec8 3 7 former' }] },
        },
      },
    });
    expect(toPlayer(item)).toEqual(player);
    expect(standingsIn(item)).toEqual([row, global]);
    expect(() => toPlayer({ ...item, standings: { GLOBAL: ['yearly 1 2 3 4 0'] } })).toThrow(
      'has the standing "yearly 1 2 3 4 0" on board GLOBAL',
    );
  });

  test('a player without updates', () => {
    const player = { applied: undefined, transaction: { time: 5, log: [] }, standings: new Map() };
    const item = stored(toPlayerItem('ada', player), {
      player_id: { S: 'ada' },
      board_window: { S: '#player' },
      log_time: { N: '5' },
      standings: { M: {} },
    });
    expect(toPlayer(item)).toEqual(player);
  });

  test('a board, and the changes of a batch', () => {
    const board = stored(toBoardItem('GLOBAL'), {
      player_id: { S: '#boards' },
      board_window: { S: 'GLOBAL' },
    });
    expect(toRegisteredBoard(board)).toEqual({ id: 'GLOBAL', players: undefined });
    expect(toRegisteredBoard({ ...board, players: 4 })).toEqual({ id: 'GLOBAL', players: 4 });

    const bucket = Date.UTC(2026, 10, 21, 9, 30);
    const changed = ['GLOBAL#all_time', 'GLOBAL#weekly#2026-W47'];
    const change = stored(toChangesItem(bucket, 'a1b2', changed), {
      player_id: { S: '#news#2026-11-21T09:30' },
      board_window: { S: 'a1b2' },
      board_windows: { S: 'GLOBAL#all_time GLOBAL#weekly#2026-W47' },
      expires_at: { N: '1795426200' },
    });
    expect(toChangedBoardWindows(change)).toEqual(changed);
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

    const hole = {
      player: 'ada',
      version: 57,
      reason: 'DeadLetter',
      notedAt: 1_795_255_200_123,
    } as const;
    const holeItem = stored(toHoleItem(hole), {
      player_id: { S: '#holes' },
      board_window: { S: 'ada' },
      version: { N: '57' },
      reason: { S: 'DeadLetter' },
      noted_at: { N: '1795255200123' },
    });
    expect(toHole(holeItem)).toEqual(hole);
    const unknown = { ...hole, version: undefined };
    expect(toHole(toHoleItem(unknown))).toEqual(unknown);

    const holesNote = { id: 'x1', notedAt: 1_795_255_200_123, until: undefined };
    const holesNoteItem = stored(toHolesNoteItem(holesNote), {
      player_id: { S: '#progress' },
      board_window: { S: 'retry-holes' },
      player: { S: '#holes' },
      ledger_timestamp: { N: '1795255200123' },
      until: { N: '8640000000000000' },
      expires_at: { N: '8640000003600' },
      note_id: { S: 'x1' },
    });
    expect(toHolesNote(holesNoteItem)).toEqual(holesNote);
    const endedNote = { ...holesNote, until: 1_795_255_200_999 };
    expect(toHolesNote(toHolesNoteItem(endedNote))).toEqual(endedNote);

    const position = {
      startedAt: 1_795_255_200_123,
      endedAt: undefined,
      after: { playerId: 'ada', eventId: '#head' },
      afterHole: 'bob',
    };
    const positionItem = stored(toAuditPositionItem(position), {
      player_id: { S: '#audit' },
      board_window: { S: 'position' },
      started_at: { N: '1795255200123' },
      after_player: { S: 'ada' },
      after_event: { S: '#head' },
      after_hole: { S: 'bob' },
    });
    expect(toAuditPosition(positionItem)).toEqual(position);
    const ended = { ...position, endedAt: 1_795_255_200_999, after: undefined };
    expect(toAuditPosition(toAuditPositionItem(ended))).toEqual(ended);

    const record = {
      sets: { serving: 'set-1', building: 'set-2' },
      projected: ['abc', 'def'],
      complete: [],
      tableIds: { ledger: 'id-1', standings: 'id-2', ranks: 'id-3' },
      settledAt: 1_795_255_200_000,
      rebuildRun: 'run-1',
      revision: 5,
    };
    const recordItem = stored(toCompletenessItem(record), {
      player_id: { S: '#progress' },
      board_window: { S: 'complete' },
      serving_set: { S: 'set-1' },
      building_set: { S: 'set-2' },
      projected_hashes: { S: 'abc,def' },
      complete_hashes: { S: '' },
      ledger_table_id: { S: 'id-1' },
      standings_table_id: { S: 'id-2' },
      ranks_table_id: { S: 'id-3' },
      settled_at: { N: '1795255200000' },
      replay_run: { S: 'run-1' },
      revision: { N: '5' },
    });
    expect(toCompleteness(recordItem)).toEqual(record);

    expect(toStandingsNotes([progressItem, noteItem, recordItem])).toEqual({
      progress: [progress],
      retries: [{ ledgerTimestamp: note.ledgerTimestamp, until: note.until }],
      completeness: { serving: 'set-1', complete: [], tableIds: record.tableIds },
    });

    const deployed = { ...record, sets: { serving: DEPLOYED_SET, building: undefined } };
    expect(toCompleteness(toCompletenessItem(deployed))).toEqual(deployed);
  });

  test('a set of boards', () => {
    const definitions = {
      default_board: 'GLOBAL',
      boards: [
        {
          id: 'GLOBAL',
          scope: 'all_games' as const,
          operator: 'sum' as const,
          order: 'desc' as const,
          tie_break: 'earliest' as const,
          windows: ['all_time' as const],
          shards: 1,
        },
      ],
    };
    const item = stored(toBoardSetItem('set-1', definitions, '2026-11-21T09:59:59.000Z'), {
      player_id: { S: '#board-sets' },
      board_window: { S: 'set-1' },
      definitions: { S: JSON.stringify(definitions) },
      created_at: { S: '2026-11-21T09:59:59.000Z' },
    });
    expect(toBoardSet(item)).toEqual(definitions);
    expect(() => toBoardSet({ ...item, definitions: '{"boards":[]}' })).toThrow(
      'The board set set-1 in the table standings cannot be used',
    );
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
    const position = { bucket: 1_795_255_200_000 };
    const attributesOfPosition = {
      leaderboard_id: { S: '#snapshotter' },
      as_of: { S: 'position' },
      bucket: { N: '1795255200000' },
    };
    const item = stored(toSnapshotterPositionItem(position), attributesOfPosition);
    expect(toSnapshotterPosition(item)).toEqual(position);
    const round = { all: true, after: 'game:chess#weekly#2026-W47', next: 1_795_255_260_000 };
    const within = stored(toSnapshotterPositionItem({ ...position, round }), {
      ...attributesOfPosition,
      round_all: { N: '1' },
      round_after: { S: 'game:chess#weekly#2026-W47' },
      round_next: { N: '1795255260000' },
    });
    expect(toSnapshotterPosition(within)).toEqual({ ...position, round });
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

describe('ranks', () => {
  test('a log item: windows once, the same place as 1, none as 0', () => {
    const log = {
      id: logId(1_795_255_201_001, 'a1b2'),
      players: [
        {
          playerId: 'ada',
          moves: [
            {
              window: 'all_time',
              before: 'n1',
              after: { place: 'n2', updates: 3, achievedAtMs: undefined },
            },
            {
              window: 'weekly#2026-W47',
              before: 'n1',
              after: { place: 'n1', updates: 2, achievedAtMs: 1_795_255_200_000 },
            },
          ],
        },
        {
          playerId: 'bob',
          moves: [
            {
              window: 'all_time',
              before: undefined,
              after: { place: 'n7', updates: 1, achievedAtMs: undefined },
            },
            { window: 'weekly#2026-W46', before: 'n8', after: undefined },
          ],
        },
      ],
    };
    const item = stored(toLogItem('GLOBAL#abc', log), {
      board: { S: 'GLOBAL#abc' },
      entry: { S: 'log#0mwq8lejta1b2' },
      moves: {
        S: '[["all_time","weekly#2026-W47","weekly#2026-W46"],[["ada",[[0,"n1","n2",3],[1,"n1",1,2,1795255200000]]],["bob",[[0,0,"n7",1],[2,"n8",0]]]]]',
      },
    });
    expect(kindOfRanksItem(item)).toBe('log');
    expect(toLogEntry(item)).toEqual(log);
    expect(logTimeOf(log.id)).toBe(1_795_255_201_001);
  });

  test.each([
    [36, 1],
    [100, 2],
  ])(
    'a log item of ten players with ids of %d characters in two windows takes %d write units',
    (idLength, units) => {
      const log = { id: logId(1_795_255_201_001, 'a1b2'), players: tenPlayers(idLength) };
      const item = toAttributes(toLogItem('GLOBAL#0123456789abcdef', log));
      const { moves } = item;
      expect(moves?.B).toBeInstanceOf(Uint8Array);
      const bytes = Object.entries(item).reduce(
        (sum, [name, { S: text, B: packed }]) => sum + name.length + (packed ?? text ?? '').length,
        0,
      );
      expect(Math.ceil(bytes / 1_024)).toBe(units);
      expect(toLogEntry(fromAttributes(item))).toEqual(log);
    },
  );

  test('a log item that cannot be unpacked names the item and its size', () => {
    const item = { ...toLogItem('b', { id: logId(1, 'a'), players: [] }), moves: Buffer.from('x') };
    expect(() => toLogEntry(item)).toThrow(
      'The item board "b", entry "log#000000001a" of the table leaderboard-ranks has no text in its attribute moves (it has 1 bytes).',
    );
  });

  test('a head, its epoch and a closed window', () => {
    const small = { net: 1, bytes: 12, text: 'n1#ada 1 a 1\n' };
    const large = { net: 900, bytes: 60_000, name: 'GLOBAL#abc/a1b2', indexBytes: 70 };
    const head = {
      number: 4,
      windows: new Map([
        ['all_time', [large, small]],
        ['weekly#2026-W47', []],
      ]),
      closedUpTo: new Map([['weekly', '2026-W45']]),
      absorbed: ['0mwq0tvuha1b2', '0mwq0tvuia1b3'],
    };
    const item = stored(toRanksHeadItem('GLOBAL#abc', head), {
      board: { S: 'GLOBAL#abc' },
      entry: { S: 'zhead' },
      number: { N: '4' },
      windows: {
        S: '[["all_time",[{"net":900,"bytes":60000,"name":"GLOBAL#abc/a1b2","indexBytes":70},{"net":1,"bytes":12,"text":"n1#ada 1 a 1\\n"}]],["weekly#2026-W47",[]]]',
      },
      closed: { S: '[["weekly","2026-W45"]]' },
      absorbed: { S: '0mwq0tvuha1b2,0mwq0tvuia1b3' },
    });
    expect(kindOfRanksItem(item)).toBe('head');
    expect(toRanksHead(item)).toEqual(head);

    const epoch = stored(toEpochItem('GLOBAL#abc', 4), {
      board: { S: 'GLOBAL#abc' },
      entry: { S: 'epoch' },
      number: { N: '4' },
    });
    expect(kindOfRanksItem(epoch)).toBe('epoch');
    expect(toEpoch(epoch)).toBe(4);

    const closed = { number: 3, stack: [large] };
    const closedItem = stored(toClosedWindowItem('GLOBAL#abc', 'weekly#2026-W45', closed), {
      board: { S: 'GLOBAL#abc#closed' },
      entry: { S: 'weekly#2026-W45' },
      number: { N: '3' },
      stack: {
        S: '[{"net":900,"bytes":60000,"name":"GLOBAL#abc/a1b2","indexBytes":70}]',
      },
    });
    expect(toClosedWindow(closedItem)).toEqual(closed);
  });

  test('in the order of a descending query: the head, the log from new to old, the epoch', () => {
    const entries = [
      toEpochItem('b', 1),
      toLogItem('b', { id: logId(999, 'ff'), players: [] }),
      toLogItem('b', { id: logId(1_000, '00'), players: [] }),
      toRanksHeadItem('b', NO_HEAD),
    ].map((item) => String(item['entry']));
    expect(entries).toEqual(entries.toSorted());
  });
});

/** Moves as a board of scores has them: every digit of values, times and ids by itself. */
function tenPlayers(idLength: number): PlayerMoves[] {
  const digits = (label: string, count: number) =>
    BigInt(`0x${createHash('sha256').update(label).digest('hex')}`)
      .toString()
      .slice(0, count);
  const place = (label: string) => `nq${digits(label, 11)}#pd17952${digits(`${label}time`, 8)}`;
  return Array.from({ length: 10 }, (_, player) => ({
    playerId: createHash('sha512').update(String(player)).digest('hex').slice(0, idLength),
    moves: ['all_time', 'weekly#2026-W47'].map((window) => ({
      window,
      before: place(`${window}${player}before`),
      after: {
        place: place(`${window}${player}after`),
        updates: player + 30,
        achievedAtMs: undefined,
      },
    })),
  }));
}
