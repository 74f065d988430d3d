import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  startDynamoDbEngine,
  type DynamoDbEngine,
  type Tables,
} from '../testing/dynamodb-engine.ts';
import { expectedStandings, storedStandings } from '../testing/expected-standings.ts';
import { isWrite, sortKeyOf } from '../testing/request-log.ts';
import {
  eventRecord,
  invalidRecord,
  received,
  START_MS,
  TestLedger,
} from '../testing/test-ledger.ts';
import { createProjector, DEFAULT_BOARDS, type TestProjector } from '../testing/test-projector.ts';

let engine: DynamoDbEngine;
let client: DynamoDBClient;
let tables: Tables;
let ledger: TestLedger;
let projector: TestProjector;

beforeAll(async () => {
  engine = await startDynamoDbEngine();
  client = engine.createClient();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  tables = await engine.createTables();
  ledger = new TestLedger(client, tables.ledger);
  projector = createProjector(engine, tables);
});

async function expectFoldOfLedger(): Promise<void> {
  expect(await storedStandings(client, tables)).toEqual(
    await expectedStandings(client, tables, DEFAULT_BOARDS),
  );
}

describe('a record that fails', () => {
  test('a record that is no ledger insert is dead-lettered with its reason; its followers go on', async () => {
    const good = (await ledger.add('ada', {})).map(eventRecord);
    const bad = invalidRecord('bad', '{"eventName":"REMOVE"}');
    expect(await projector.handle([bad, ...good])).toEqual([]);
    expect(projector.letters).toEqual([
      { record: bad, errorType: 'InvalidMessage', reason: expect.stringContaining('/eventName') },
    ]);
    expect(projector.observed.deadLettered).toEqual([
      ['bad', expect.stringContaining('/eventName')],
    ]);
    await expectFoldOfLedger();
  });

  test('a record that the dead-letter queue does not accept goes back alone', async () => {
    const good = (await ledger.add('ada', {})).map(eventRecord);
    const bad = invalidRecord('bad', 'hello');
    projector.sqsFault = new Error('SQS is down');
    expect(await projector.project([bad, ...good])).toEqual([
      { records: [bad], player: undefined, pauseSeconds: expect.any(Number) },
    ]);
    expect(projector.observed.deadLetterFailed).toHaveLength(1);
    await expectFoldOfLedger();
  });

  describe('of a player with a damaged ledger item', () => {
    /** The third update: the second never came, so it takes the ledger, where the first is damaged. */
    async function damaged() {
      const [first, , third] = await ledger.add('ada', {}, {}, {});
      if (!first || !third) throw new Error('three updates');
      await ledger.damage(first);
      return eventRecord(third);
    }

    test('is dead-lettered with the reason, is not retried, and holds up no other player', async () => {
      const record = await damaged();
      const bob = (await ledger.add('bob', {})).map(eventRecord);
      const second = received(record, 2);
      expect(await projector.handle([second, ...bob])).toEqual([]);
      expect(projector.letters).toEqual([
        {
          record: second,
          errorType: 'RecordRefused',
          reason: expect.stringContaining('no number in its attribute version'),
        },
      ]);
      expect(projector.observed.playerFailed).toEqual([]);
      expect(projector.observed.projected).toEqual([['bob', 1, expect.any(Number)]]);
    });

    test('goes back as its player’s when the dead-letter queue does not accept it', async () => {
      const record = await damaged();
      projector.sqsFault = new Error('SQS is down');
      expect(await projector.project([record])).toMatchObject([
        { records: [record], player: { playerId: 'ada' } },
      ]);
    });
  });

  test('what goes back is hidden for seconds, longer after each receive, a player as a whole', async () => {
    const ada = (await ledger.add('ada', {}, {})).map(eventRecord);
    const [first, second] = ada;
    if (!first || !second) throw new Error('two records');
    projector.log.plan = (request) =>
      isWrite(request) ? { when: 'before', error: new Error('throttled') } : undefined;
    const [returned] = await projector.project([received(first, 4), second]);
    expect(returned).toMatchObject({
      records: [{ messageId: first.messageId }, { messageId: second.messageId }],
      player: { playerId: 'ada', oldestTimestamp: START_MS + 1_000 },
    });
    expect(returned?.pauseSeconds).toBeGreaterThanOrEqual(8);
    expect(returned?.pauseSeconds).toBeLessThanOrEqual(16);
    expect(projector.hidden).toEqual([
      { receiptHandle: `${first.messageId}-4`, seconds: returned?.pauseSeconds },
      { receiptHandle: second.receiptHandle, seconds: returned?.pauseSeconds },
    ]);
  });

  test.each([0, 0.5, 0.999])(
    'a throttle of two minutes takes fewer than ten receives (jitter %d)',
    async (jitter) => {
      const patient = createProjector(engine, tables, { random: () => jitter });
      const [record] = (await ledger.add('ada', {})).map(eventRecord);
      if (!record) throw new Error('one record');
      const startMs = patient.clock;
      patient.log.plan = () =>
        patient.clock < startMs + 120_000
          ? { when: 'before', error: new Error('throttled') }
          : undefined;
      let receives = 1;
      for (; ; receives += 1) {
        const [returned] = await patient.project([received(record, receives)]);
        if (returned === undefined) break;
        patient.clock += returned.pauseSeconds * 1_000;
      }
      expect(receives).toBeLessThan(10);
      expect(patient.letters).toEqual([]);
      await expectFoldOfLedger();
    },
  );

  test('a pause that cannot be set changes nothing else', async () => {
    const ada = (await ledger.add('ada', {})).map(eventRecord);
    projector.log.plan = () => ({ when: 'before', error: new Error('throttled') });
    projector.sqsFault = new Error('SQS is down');
    expect(await projector.handle(ada)).toEqual(ada.map(({ messageId }) => messageId));
    expect(projector.observed.pauseFailed).toEqual([[1, new Error('SQS is down')]]);
  });

  test('a player whose writes fail goes back whole and holds up nobody', async () => {
    const ada = (await ledger.add('ada', {}, {})).map(eventRecord);
    const bob = (await ledger.add('bob', {})).map(eventRecord);
    projector.log.plan = ({ input }) =>
      (input['Item'] as { player_id?: { S: string } } | undefined)?.player_id?.S === 'ada'
        ? { when: 'before', error: new Error('throttled') }
        : undefined;
    expect(await projector.handle([...ada, ...bob])).toEqual(ada.map(({ messageId }) => messageId));
    expect(projector.observed.playerFailed).toEqual([['ada', 2, new Error('throttled')]]);
    projector.log.plan = () => undefined;
    expect(await projector.handle(ada)).toEqual([]);
    await expectFoldOfLedger();
  });

  test('without its announcement no standing is written: a snapshot would never hear of it', async () => {
    const records = (await ledger.add('ada', {})).map(eventRecord);
    projector.log.plan = ({ input }) =>
      (input['Item'] as { player_id?: { S: string } } | undefined)?.player_id?.S.startsWith('#news')
        ? { when: 'before', error: new Error('throttled') }
        : undefined;
    expect(await projector.handle(records)).toHaveLength(1);
    expect(await storedStandings(client, tables)).toEqual([]);
    projector.log.plan = () => undefined;
    expect(await projector.handle(records)).toEqual([]);
    await expectFoldOfLedger();
  });

  test('a lag that cannot be recorded fails no record', async () => {
    const records = (await ledger.add('ada', {})).map(eventRecord);
    projector.log.plan = (request) =>
      sortKeyOf(request)?.startsWith('slot-')
        ? { when: 'before', error: new Error('throttled') }
        : undefined;
    expect(await projector.handle(records)).toEqual([]);
    expect(projector.observed.progressFailed).toHaveLength(1);
    await expectFoldOfLedger();
  });

  test('a batch that cannot be read goes back whole, with a pause', async () => {
    const records = [...(await ledger.add('ada', {}, {})), ...(await ledger.add('bob', {}))].map(
      (update) => eventRecord(update),
    );
    projector.log.plan = () => ({ when: 'before', error: new Error('down') });
    expect(await projector.handle(records)).toEqual(records.map(({ messageId }) => messageId));
    expect(projector.hidden).toHaveLength(3);
  });
});
