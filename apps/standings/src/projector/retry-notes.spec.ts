import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  documentClient,
  fromAttributes,
  RETRY_SLOTS,
  toRetryNote,
  type RetryNote,
  standingsSortKey,
} from '@leaderboard/tables';
import { keyOf } from '../testing/request-log.ts';
import { eventRecord, START_MS } from '../testing/test-ledger.ts';
import { useStandings } from '../testing/use-standings.ts';
import { RetryNotes } from './retry-notes.ts';

const PAUSE_S = 8;
/** Six times the longest timeout that a projector may have. */
const LONGEST_VISIBILITY_TIMEOUT_MS = 360_000;

const standings = useStandings();
let nowMs: number;
let notes: RetryNotes;

beforeEach(() => {
  nowMs = START_MS;
  notes = new RetryNotes({
    client: documentClient(standings.client),
    tableName: standings.tables.standings,
    now: () => nowMs,
  });
});

const returned = (playerId: string, oldestTimestamp: number) =>
  notes.returned({ player: { playerId, oldestTimestamp }, pauseSeconds: PAUSE_S });

async function active(): Promise<RetryNote[]> {
  const items = await standings.items();
  const all = items
    .map(fromAttributes)
    .filter((item) => standingsSortKey(item).startsWith('retry-'))
    .map(toRetryNote);
  return all.filter(({ until }) => until >= nowMs);
}

test('records that go back are noted until a retry succeeds', async () => {
  await returned('ada', 70);
  expect(await active()).toMatchObject([{ player: 'ada', ledgerTimestamp: 70 }]);
  nowMs += PAUSE_S * 1_000 + 500_000;
  expect(await active()).toHaveLength(1);
  await notes.succeeded('ada');
  expect(await active()).toEqual([]);
});

test('a note keeps the oldest update over all attempts', async () => {
  await returned('ada', 70);
  await returned('ada', 90);
  expect(await active()).toMatchObject([{ player: 'ada', ledgerTimestamp: 70 }]);
  await returned('ada', 50);
  expect(await active()).toMatchObject([{ player: 'ada', ledgerTimestamp: 50 }]);
});

test('a note ends by itself when its records were dead-lettered', async () => {
  await returned('ada', 70);
  nowMs += 700_000;
  expect(await active()).toEqual([]);
  await returned('ada', 90);
  expect(await active()).toMatchObject([{ ledgerTimestamp: 90 }]);
});

test('each player has its own note', async () => {
  const players = Array.from({ length: 12 }, (_, index) => `player-${index}`);
  await Promise.all(players.map((player, index) => returned(player, index)));
  expect((await active()).map(({ player }) => player).toSorted()).toEqual(players.toSorted());
  await Promise.all(players.map((player) => notes.succeeded(player)));
  expect(await active()).toEqual([]);
});

test('more players than notes share them, with the oldest update, until ten minutes after the last retry', async () => {
  const players = Array.from({ length: 2 * RETRY_SLOTS }, (_, index) => `player-${index}`);
  for (const [index, player] of players.entries()) await returned(player, index);
  const oldest = async () => Math.min(...(await active()).map((note) => note.ledgerTimestamp));
  expect(await oldest()).toBe(0);
  await Promise.all(players.map((player) => notes.succeeded(player)));
  const shared = await active();
  expect(new Set(shared.map(({ player }) => player))).toEqual(new Set(['']));
  nowMs += PAUSE_S * 1_000 + LONGEST_VISIBILITY_TIMEOUT_MS;
  expect(await active()).toEqual(shared);
  nowMs += 600_001 - LONGEST_VISIBILITY_TIMEOUT_MS;
  expect(await active()).toEqual([]);
});

test('the success of a player without a note changes nothing', async () => {
  await notes.succeeded('ada');
  expect(await active()).toEqual([]);
});

test('the projector notes what it returns, and removes the note once it is projected', async () => {
  const projector = standings.createProjector();
  nowMs = projector.clock;
  const [record] = (await standings.ledger.add('ada', {})).map(eventRecord);
  if (!record) throw new Error('one record');
  projector.log.plan = ({ name }) =>
    name === 'BatchGetItemCommand' ? { when: 'before', error: new Error('throttled') } : undefined;
  await projector.project([record]);
  expect(await active()).toMatchObject([{ player: 'ada', ledgerTimestamp: START_MS + 1_000 }]);
  projector.log.plan = () => undefined;
  await projector.project([{ ...record, receiveCount: 2 }]);
  expect(await active()).toEqual([]);
});

describe('a note', () => {
  const failing = (attempts: number) => {
    const projector = standings.createProjector();
    nowMs = projector.clock;
    let left = attempts;
    projector.log.plan = (request) => {
      const fails = keyOf(request).board_window?.startsWith('retry-')
        ? (left -= 1) >= 0
        : request.name === 'BatchGetItemCommand';
      return fails ? { when: 'before', error: new Error('throttled') } : undefined;
    };
    return projector;
  };
  const records = async () => (await standings.ledger.add('ada', {})).map(eventRecord);

  test('that cannot be written once is written at the second attempt', async () => {
    const projector = failing(1);
    await projector.project(await records());
    expect(await active()).toMatchObject([{ player: 'ada' }]);
    expect(projector.observed.retryNoteFailed).toEqual([]);
  });

  test('that cannot be written twice is logged, and its records go back nevertheless', async () => {
    const projector = failing(2);
    expect(await projector.handle(await records())).toHaveLength(1);
    expect(projector.observed.retryNoteFailed).toEqual([['ada', new Error('throttled')]]);
    expect(projector.observed.progressFailed).toEqual([]);
  });

  test('that cannot be removed is logged, and stays until it expires', async () => {
    const [record] = await records();
    if (!record) throw new Error('one record');
    const projector = standings.createProjector();
    nowMs = projector.clock;
    projector.log.plan = ({ name }) =>
      name === 'DeleteItemCommand' ? { when: 'before', error: new Error('throttled') } : undefined;
    expect(await projector.handle([{ ...record, receiveCount: 2 }])).toEqual([]);
    expect(projector.observed.retryNoteLeft).toEqual([['ada', new Error('throttled')]]);
    expect(await active()).toMatchObject([{ player: 'ada' }]);
    nowMs += 600_001;
    expect(await active()).toEqual([]);
  });
});

test('records of a killed invocation are noted from their next receive on', async () => {
  const projector = standings.createProjector();
  nowMs = projector.clock;
  const [record] = (await standings.ledger.add('ada', {})).map(eventRecord);
  if (!record) throw new Error('one record');
  let noted: RetryNote[] = [];
  projector.log.plan = async ({ name }) => {
    if (name === 'BatchGetItemCommand') noted = await active();
    return undefined;
  };
  await projector.project([{ ...record, receiveCount: 2 }]);
  expect(noted).toMatchObject([{ player: 'ada', ledgerTimestamp: START_MS + 1_000 }]);
  expect(await active()).toEqual([]);
});

test('records without a player are not noted', async () => {
  await notes.returned({ player: undefined, pauseSeconds: 1 });
  expect(await active()).toEqual([]);
});
