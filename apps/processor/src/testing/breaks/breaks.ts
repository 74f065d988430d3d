/** A deliberate fault in the code of the processor, which the random histories must find. */
export interface Break {
  readonly name: string;
  /** What the broken code does. */
  readonly what: string;
  /** Relative to the root of the repository. */
  readonly file: string;
  /** A text that appears once in the file. */
  readonly find: string;
  readonly replacement: string;
}

const MESSAGE_GROUP = 'apps/processor/src/message-group.ts';
const LEDGER_STORE = 'apps/processor/src/ledger-store.ts';
const GROUP_FRONT = 'apps/processor/src/group-front.ts';
const STORE_FAULTS = 'apps/processor/src/store-faults.ts';
const PROCESS_BATCH = 'apps/processor/src/process-batch.ts';
const MARKER_VERDICT = 'apps/processor/src/marker-verdict.ts';
const SUPERSEDED = 'BigInt(record.sequenceNumber) <= BigInt(settled.sequenceNumber)';

export const BREAKS: readonly Break[] = [
  {
    name: 'head-unconditional',
    what: 'writes the head, whatever is stored by then',
    file: LEDGER_STORE,
    find: '        ifUnchanged(expectedHead),',
    replacement: '        {} as WriteCondition,',
  },
  {
    name: 'marker-unconditional',
    what: 'writes the marker, whether the event has one or not',
    file: LEDGER_STORE,
    find: `put(processedEventsTableName, marker, ifAbsent(PROCESSED_EVENTS_TABLE), 'ALL_OLD')`,
    replacement: 'put(processedEventsTableName, marker, {} as WriteCondition)',
  },
  {
    name: 'no-fence',
    what: 'takes no record for superseded',
    file: MESSAGE_GROUP,
    find: SUPERSEDED,
    replacement: 'settled.sequenceNumber === record.messageId',
  },
  {
    name: 'fence-acknowledges',
    what: 'drops a superseded record',
    file: GROUP_FRONT,
    find: `if (record.receiveCount < dependencies.maxReceiveCount) return { kind: 'close', reason };`,
    replacement: `return { kind: 'settled' };`,
  },
  {
    name: 'sequences-as-strings',
    what: 'compares sequence numbers as strings',
    file: MESSAGE_GROUP,
    find: SUPERSEDED,
    replacement: 'record.sequenceNumber <= settled.sequenceNumber',
  },
  {
    name: 'sequences-as-numbers',
    what: 'compares sequence numbers with the precision of a number',
    file: MESSAGE_GROUP,
    find: SUPERSEDED,
    replacement: 'Number(record.sequenceNumber) <= Number(settled.sequenceNumber)',
  },
  {
    name: 'new-queue-superseded',
    what: 'ignores that a queue was created again',
    file: MESSAGE_GROUP,
    find: 'record.sentAtMs <= settled.sentAtMs + CLOCK_TOLERANCE_MS',
    replacement: 'record.sentAtMs > 0',
  },
  {
    name: 'letter-without-raise',
    what: 'sends a letter without raising the head first',
    file: GROUP_FRONT,
    find: 'const fence = await fenceOff(group, front, dependencies);',
    replacement: `const fence = { kind: 'done' } as Step | { readonly kind: 'done' };`,
  },
  {
    name: 'raise-unconditional',
    what: 'raises the head, whatever is stored by then',
    file: LEDGER_STORE,
    find: '...ifUnchanged(head),',
    replacement: '',
  },
  {
    name: 'lost-head-at-version-1',
    what: 'starts at version 1 where the head is lost',
    file: LEDGER_STORE,
    find: 'const end = Items[0] && toLedgerEnd(Items[0]);',
    replacement: 'const end = undefined as ReturnType<typeof toLedgerEnd> | undefined;',
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
    find: 'for (const group of groups) group.outcomeUnknown ||= outcome.outcomeUnknown;',
    replacement: '',
  },
  {
    name: 'unread-marker-absent',
    what: 'takes a marker that was not read for absent',
    file: LEDGER_STORE,
    find: `if (unread.length > 0) return { kind: 'unavailable', reason: 'the read was throttled' };`,
    replacement: '',
  },
  {
    name: 'unread-head-absent',
    what: 'takes a head that was not read for that of a new player',
    file: LEDGER_STORE,
    find: `heads.set(playerId, { kind: 'unavailable', reason: 'the read of the head was throttled' });`,
    replacement: `heads.set(playerId, { kind: 'read', value: { ...EMPTY_HEAD, isStored: false } });`,
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
    file: GROUP_FRONT,
    find: `  if (marker.value) {
    group.remember(update.event_id, marker.value);
    return { kind: 'again' };
  }
  const reason`,
    replacement: '  const reason',
  },
  {
    name: 'reused-id-dropped',
    what: 'takes other content under a known event id for a repeat',
    file: MARKER_VERDICT,
    find: "return reused(record, marker, 'with other content');",
    replacement: "return { kind: 'repeat', atOtherTime: false };",
  },
];
