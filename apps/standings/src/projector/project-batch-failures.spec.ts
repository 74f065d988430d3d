import { describe, expect, test } from '@jest/globals';
import { isWrite, keyOf } from '../testing/request-log.ts';
import { eventRecord, invalidRecord, received, START_MS } from '../testing/test-ledger.ts';
import { useStandings } from '../testing/use-standings.ts';

const standings = useStandings();

describe('failures', () => {
  test('a record that is no ledger insert is dead-lettered with its reason, and later records are projected', async () => {
    const good = (await standings.ledger.add('ada', {})).map(eventRecord);
    const bad = invalidRecord('bad', '{"eventName":"REMOVE"}');
    expect(await standings.projector.handle([bad, ...good])).toEqual([]);
    expect(standings.projector.letters).toEqual([
      { record: bad, errorType: 'InvalidMessage', reason: expect.stringContaining('/eventName') },
    ]);
    expect(standings.projector.observed.deadLettered).toEqual([
      ['bad', expect.stringContaining('/eventName')],
    ]);
    await standings.expectFoldOfLedger();
  });

  test('a record that the dead-letter queue does not accept goes back alone', async () => {
    const good = (await standings.ledger.add('ada', {})).map(eventRecord);
    const bad = invalidRecord('bad', 'hello');
    standings.projector.sqsFault = new Error('SQS is down');
    expect(await standings.projector.project([bad, ...good])).toEqual([
      { records: [bad], player: undefined, pauseSeconds: expect.any(Number) },
    ]);
    expect(standings.projector.observed.deadLetterFailed).toHaveLength(1);
    await standings.expectFoldOfLedger();
  });

  describe('a record of a player with a damaged ledger item', () => {
    /** The third update: the second never came, so it takes the ledger, where the first is damaged. */
    async function damaged() {
      const [first, , third] = await standings.ledger.add('ada', {}, {}, {});
      if (!first || !third) throw new Error('three updates');
      await standings.ledger.damage(first);
      return eventRecord(third);
    }

    test('is dead-lettered with the reason, is not retried, and holds up no other player', async () => {
      const record = await damaged();
      const bob = (await standings.ledger.add('bob', {})).map(eventRecord);
      const second = received(record, 2);
      expect(await standings.projector.handle([second, ...bob])).toEqual([]);
      expect(standings.projector.letters).toEqual([
        {
          record: second,
          errorType: 'RecordRefused',
          reason: expect.stringContaining('no number in its attribute version'),
        },
      ]);
      expect(standings.projector.observed.playerFailed).toEqual([]);
      expect(standings.projector.observed.projected).toEqual([['bob', 1, expect.any(Number)]]);
    });

    test('goes back with its player when the dead-letter queue does not accept it', async () => {
      const record = await damaged();
      standings.projector.sqsFault = new Error('SQS is down');
      expect(await standings.projector.project([record])).toMatchObject([
        { records: [record], player: { playerId: 'ada' } },
      ]);
    });
  });

  test('returned records are hidden for seconds, longer after each receive, all of a player together', async () => {
    const ada = (await standings.ledger.add('ada', {}, {})).map(eventRecord);
    const [first, second] = ada;
    if (!first || !second) throw new Error('two records');
    standings.projector.log.plan = (request) =>
      isWrite(request) ? { when: 'before', error: new Error('throttled') } : undefined;
    const [returned] = await standings.projector.project([received(first, 4), second]);
    expect(returned).toMatchObject({
      records: [{ messageId: first.messageId }, { messageId: second.messageId }],
      player: { playerId: 'ada', oldestTimestamp: START_MS + 1_000 },
    });
    expect(returned?.pauseSeconds).toBeGreaterThanOrEqual(8);
    expect(returned?.pauseSeconds).toBeLessThanOrEqual(16);
    expect(standings.projector.hidden).toEqual([
      { receiptHandle: `${first.messageId}-4`, seconds: returned?.pauseSeconds },
      { receiptHandle: second.receiptHandle, seconds: returned?.pauseSeconds },
    ]);
  });

  test.each([0, 0.5, 0.999])(
    'a throttle of two minutes takes fewer than ten receives (jitter %d)',
    async (jitter) => {
      const patient = standings.createProjector({ random: () => jitter });
      const [record] = (await standings.ledger.add('ada', {})).map(eventRecord);
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
      await standings.expectFoldOfLedger();
    },
  );

  test('records go back even if their pause cannot be set', async () => {
    const ada = (await standings.ledger.add('ada', {})).map(eventRecord);
    standings.projector.log.plan = () => ({ when: 'before', error: new Error('throttled') });
    standings.projector.sqsFault = new Error('SQS is down');
    expect(await standings.projector.handle(ada)).toEqual(ada.map(({ messageId }) => messageId));
    expect(standings.projector.observed.pauseFailed).toEqual([[1, new Error('SQS is down')]]);
  });

  test('a player whose item cannot be written goes back with all its records, and no other player does', async () => {
    const ada = (await standings.ledger.add('ada', {}, {})).map(eventRecord);
    const bob = (await standings.ledger.add('bob', {})).map(eventRecord);
    const tooLarge = Object.assign(new Error('Item size has exceeded'), {
      name: 'ValidationException',
    });
    standings.projector.log.plan = ({ name, input }) =>
      name === 'TransactWriteItemsCommand' && JSON.stringify(input).includes('"ada"')
        ? { when: 'before', error: tooLarge }
        : undefined;
    expect(await standings.projector.handle([...ada, ...bob])).toEqual(
      ada.map(({ messageId }) => messageId),
    );
    expect(standings.projector.observed.playerFailed).toEqual([['ada', 2, tooLarge]]);
    standings.projector.log.plan = () => undefined;
    expect(await standings.projector.handle(ada)).toEqual([]);
    await standings.expectFoldOfLedger();
  });

  test('no standing is written if its change cannot be recorded: no snapshot would include it', async () => {
    const records = (await standings.ledger.add('ada', {})).map(eventRecord);
    standings.projector.log.plan = (request) =>
      keyOf(request).player_id?.startsWith('#news')
        ? { when: 'before', error: new Error('throttled') }
        : undefined;
    expect(await standings.projector.handle(records)).toHaveLength(1);
    expect(await standings.stored()).toEqual([]);
    standings.projector.log.plan = () => undefined;
    expect(await standings.projector.handle(records)).toEqual([]);
    await standings.expectFoldOfLedger();
  });

  test('no record goes back because the lag cannot be recorded', async () => {
    const records = (await standings.ledger.add('ada', {})).map(eventRecord);
    standings.projector.log.plan = (request) =>
      keyOf(request).board_window?.startsWith('slot-')
        ? { when: 'before', error: new Error('throttled') }
        : undefined;
    expect(await standings.projector.handle(records)).toEqual([]);
    expect(standings.projector.observed.progressFailed).toHaveLength(1);
    await standings.expectFoldOfLedger();
  });

  test('a batch that cannot be read goes back with a pause', async () => {
    const records = [
      ...(await standings.ledger.add('ada', {}, {})),
      ...(await standings.ledger.add('bob', {})),
    ].map((update) => eventRecord(update));
    standings.projector.log.plan = () => ({ when: 'before', error: new Error('down') });
    expect(await standings.projector.handle(records)).toEqual(
      records.map(({ messageId }) => messageId),
    );
    expect(standings.projector.hidden).toHaveLength(3);
  });
});
