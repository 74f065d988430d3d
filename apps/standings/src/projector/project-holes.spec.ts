import { describe, expect, test } from '@jest/globals';
import { crashAtWrite, isWrite, keyOf, type FaultPlan } from '../testing/request-log.ts';
import { holesOf, inexactUntil, openHoles } from '../testing/standings-holes.ts';
import { eventRecord, invalidRecord, received } from '../testing/test-ledger.ts';
import { useStandings } from '../testing/use-standings.ts';

/** From the eighth receive on, an event may become a dead letter that no function sends. */
const OFTEN = 8;

const standings = useStandings();

const failWrites =
  (isMeant: (partition: string) => boolean): FaultPlan =>
  (request) =>
    isWrite(request) && isMeant(keyOf(request).player_id ?? '')
      ? { when: 'before', error: new Error('throttled') }
      : undefined;

/** Two updates that came to the projector without the damaged one before them. */
async function damaged() {
  const [first, , third, fourth] = await standings.ledger.add('ada', {}, {}, {}, {});
  if (!first || !third || !fourth) throw new Error('four updates');
  await standings.ledger.damage(first);
  return [third, fourth].map(eventRecord);
}

describe('a dead letter', () => {
  test('of a damaged ledger leaves a hole up to its newest version', async () => {
    expect(await standings.projector.handle(await damaged())).toEqual([]);
    expect(standings.projector.letters).toHaveLength(2);
    expect(await openHoles(standings)).toEqual({ ada: 4 });
    expect(await inexactUntil(standings)).toBeUndefined();
  });

  test('that is no ledger insert leaves a hole of its message group, of an unknown version', async () => {
    await standings.projector.handle([invalidRecord('bad', 'hello')]);
    expect(await openHoles(standings)).toEqual({ somebody: 'unknown' });
    expect(await inexactUntil(standings)).toBeUndefined();
  });

  test('is not sent while its hole cannot be noted: the record goes back', async () => {
    const records = [...(await damaged()), invalidRecord('bad', 'hello')];
    standings.projector.log.plan = failWrites((partition) => partition === '#holes');
    expect(new Set(await standings.projector.handle(records))).toEqual(
      new Set(records.map(({ messageId }) => messageId)),
    );
    expect(standings.projector.letters).toEqual([]);
    expect(standings.projector.observed.deadLetterFailed).toHaveLength(3);
  });

  test('is never sent by a projector that dies before readers see the hole', async () => {
    for (let write = 1; write <= 3; write += 1) {
      for (const when of ['before', 'after'] as const) {
        await standings.reset();
        const records = await damaged();
        const dying = standings.createProjector();
        crashAtWrite(dying.log, write, when);
        await dying.handle(records);
        const isSent = dying.letters.length > 0;
        const isSeen = (await inexactUntil(standings)) === undefined;
        expect({ write, when, isSentUnseen: isSent && !isSeen }).toEqual({
          write,
          when,
          isSentUnseen: false,
        });
      }
    }
  });
});

describe('an event that was received often', () => {
  test('has a hole before anything else is written, and none once it is folded', async () => {
    const [record] = (await standings.ledger.add('ada', {})).map(eventRecord);
    if (!record) throw new Error('one record');
    const failing = failWrites((partition) => !partition.startsWith('#'));
    standings.projector.log.plan = failing;
    await standings.projector.handle([received(record, OFTEN - 1)]);
    expect(await openHoles(standings)).toEqual({});
    expect(await standings.projector.handle([received(record, OFTEN)])).toHaveLength(1);
    expect(await openHoles(standings)).toEqual({ ada: 1 });
    standings.projector.log.plan = () => undefined;
    expect(await standings.projector.handle([received(record, OFTEN + 1)])).toEqual([]);
    expect(await openHoles(standings)).toEqual({});
    expect(await inexactUntil(standings)).not.toBeUndefined();
    await standings.expectFoldOfLedger();
  });

  test('keeps its hole wherever a projector dies, until the standing is there', async () => {
    for (let write = 1; write <= 10; write += 1) {
      for (const when of ['before', 'after'] as const) {
        await standings.reset();
        const [record] = (await standings.ledger.add('ada', {})).map(eventRecord);
        if (!record) throw new Error('one record');
        await holesOf(standings).note({ player: 'ada', version: 1, reason: 'ManyReceives' });
        const dying = standings.createProjector();
        crashAtWrite(dying.log, write, when);
        await dying.handle([received(record, OFTEN)]).catch(() => []);
        const hasStanding = (await standings.stored()).length > 0;
        const isSeen = (await inexactUntil(standings)) === undefined;
        expect({ write, when, isHidden: !hasStanding && !isSeen }).toEqual({
          write,
          when,
          isHidden: false,
        });
      }
    }
  });

  test('is folded even if its hole cannot be noted', async () => {
    const [record] = (await standings.ledger.add('ada', {})).map(eventRecord);
    if (!record) throw new Error('one record');
    standings.projector.log.plan = failWrites((partition) => partition === '#holes');
    expect(await standings.projector.handle([received(record, OFTEN)])).toEqual([]);
    expect(standings.projector.observed.holeFailed).toHaveLength(1);
    await standings.expectFoldOfLedger();
  });
});

test('a fold from the ledger closes the hole that it passes', async () => {
  const [, second, third] = await standings.ledger.add('ada', {}, {}, {});
  if (!second || !third) throw new Error('three updates');
  await holesOf(standings).note({ player: 'ada', version: 2, reason: 'Behind' });
  expect(await standings.projector.handle([eventRecord(third)])).toEqual([]);
  expect(standings.projector.observed.refolded).toHaveLength(1);
  expect(await openHoles(standings)).toEqual({});
  await standings.expectFoldOfLedger();
});
