import type { Break } from '@leaderboard/testing/breaks';

const MESSAGE_GROUP = 'apps/processor/src/message-group.ts';
const FAILED_RECORDS = 'apps/processor/src/failed-records.ts';
const PLAYER_MEMORY = 'apps/processor/src/player-memory.ts';
const LEDGER_STORE = 'apps/processor/src/ledger-store.ts';
const STORE_FAULTS = 'apps/processor/src/store-faults.ts';
const PROCESS_BATCH = 'apps/processor/src/process-batch.ts';
const MARKER_VERDICT = 'apps/processor/src/marker-verdict.ts';
const SUPERSEDED = 'BigInt(message.sequenceNumber) <= BigInt(settled.sequenceNumber)';

export const BREAKS: readonly Break[] = [
  {
    name: 'head-unconditional',
    what: 'writes the head, whatever is stored by then',
    file: LEDGER_STORE,
    find: 'put(processedEventsTableName, head, conditionOf(expectedHead))',
    replacement: 'put(processedEventsTableName, head, {} as WriteCondition)',
  },
  {
    name: 'marker-unconditional',
    what: 'writes the marker, whether the event has one or not',
    file: LEDGER_STORE,
    find: "put(processedEventsTableName, marker, ifMarkerIsFree(entry), 'ALL_OLD')",
    replacement: 'put(processedEventsTableName, marker, {} as WriteCondition)',
  },
  {
    name: 'no-fence',
    what: 'takes no record for superseded',
    file: PLAYER_MEMORY,
    find: SUPERSEDED,
    replacement: 'settled.sequenceNumber === message.messageId',
  },
  {
    name: 'fence-acknowledges',
    what: 'drops a superseded record',
    file: MESSAGE_GROUP,
    find: 'this.#failed.add(front, superseded(head));',
    replacement: 'this.#pending = this.#pending.slice(1); return this.next(now);',
  },
  {
    name: 'sequences-as-strings',
    what: 'compares sequence numbers as strings',
    file: PLAYER_MEMORY,
    find: SUPERSEDED,
    replacement: 'message.sequenceNumber <= settled.sequenceNumber',
  },
  {
    name: 'sequences-as-numbers',
    what: 'compares sequence numbers with the precision of a number',
    file: PLAYER_MEMORY,
    find: SUPERSEDED,
    replacement: 'Number(message.sequenceNumber) <= Number(settled.sequenceNumber)',
  },
  {
    name: 'new-queue-superseded',
    what: 'ignores that a queue was created again',
    file: PLAYER_MEMORY,
    find: 'message.sentAtMs <= settled.sentAtMs + CLOCK_TOLERANCE_MS',
    replacement: 'message.sentAtMs > 0',
  },
  {
    name: 'letter-without-raise',
    what: 'sends a letter without raising the head first',
    file: LEDGER_STORE,
    find: 'await this.#options.client.send(command);\n        return true;',
    replacement: 'return true;',
  },
  {
    name: 'raise-unconditional',
    what: 'raises the head, whatever is stored by then',
    file: LEDGER_STORE,
    find: '...conditionOf(expected),',
    replacement: '',
  },
  {
    name: 'lost-head-at-version-1',
    what: 'starts at version 1 where the head is lost',
    file: LEDGER_STORE,
    find: 'return { ...newest, isStored: false };',
    replacement: 'return { ...EMPTY_HEAD, isStored: false };',
  },
  {
    name: 'acknowledged-before-commit',
    what: 'takes a write without a response for committed',
    file: STORE_FAULTS,
    find: "return { kind: 'unavailable', reason, outcomeUnknown: !isClientFault };",
    replacement:
      "return (isClientFault ? { kind: 'unavailable', reason, outcomeUnknown: false } : { kind: 'committed' }) as RequestFault;",
  },
  {
    name: 'unanswered-write-forgotten',
    what: 'sends a letter although its own write may still take place',
    file: PROCESS_BATCH,
    find: 'if (outcome.outcomeUnknown) group.unanswered();',
    replacement: '',
  },
  {
    name: 'unread-marker-absent',
    what: 'takes a marker that was not read for absent',
    file: LEDGER_STORE,
    find: 'if (unread.length > 0) return THROTTLED;',
    replacement: '',
  },
  {
    name: 'unread-head-absent',
    what: 'takes a head that was not read for that of a new player',
    file: LEDGER_STORE,
    find: 'if (find(unread, HEAD_SORT_KEY)) return THROTTLED;',
    replacement:
      "if (find(unread, HEAD_SORT_KEY)) return { kind: 'read', value: { head: { ...EMPTY_HEAD, isStored: false }, markers: new Map() } };",
  },
  {
    name: 'own-marker-not-recognized',
    what: 'compares a message with its own marker as with any other',
    file: MARKER_VERDICT,
    find: 'if (marker.messageId === record.record.messageId)',
    replacement: 'if (marker.messageId === record.record.body)',
  },
  {
    name: 'superseded-unconfirmed',
    what: 'trusts a marker that was read earlier than the head',
    file: MESSAGE_GROUP,
    find: "if (!this.#memory.isConfirmedAbsent(front)) return { kind: 'confirm', record: front };",
    replacement: 'this.#memory.confirmed(front, undefined);',
  },
  {
    name: 'reused-id-dropped',
    what: 'takes other content under a known event id for a repeat',
    file: MARKER_VERDICT,
    find: "return reused(record, marker, 'with other content');",
    replacement: "return { kind: 'repeat', atOtherTime: false };",
  },
  {
    name: 'failed-letter-settles',
    what: 'drops a record whose letter was not accepted',
    file: PROCESS_BATCH,
    find: 'this.#close(group, `the dead-letter queue did not accept it (${refused.reason})`);',
    replacement: 'group.settled(1);',
  },
  {
    name: 'given-up-too-early',
    what: 'dead-letters a failed record before its last receive',
    file: FAILED_RECORDS,
    find: 'return record.receiveCount >= this.#maxReceiveCount;',
    replacement: 'return record.receiveCount > 0;',
  },
];
