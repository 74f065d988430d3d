import { describe, expect, test } from '@jest/globals';
import { HOLE_REASONS } from '@leaderboard/tables';
import { crashAtWrite } from '../testing/request-log.ts';
import { holesOf, openHoles } from '../testing/standings-holes.ts';
import { eventRecord } from '../testing/test-ledger.ts';
import { useAudit } from '../testing/use-audit.ts';

const audit = useAudit();
const { standings } = audit;

const LOST_AFTER_MS = 900_000;
const WALK_PAUSE_MS = 3_600_000;

function note(player: string, version: number | undefined) {
  return holesOf(standings, () => audit.clock).note({
    player,
    version,
    reason: HOLE_REASONS.deadLetter,
  });
}

describe('a player behind the ledger', () => {
  test('whose event was lost is found and folded, and reads are inexact meanwhile', async () => {
    const [first] = await audit.lose('ada', { score: 1 }, { score: 2 });
    if (!first) throw new Error('two updates');
    await standings.projector.handle([eventRecord(first)]);
    await audit.lose('bob', { score: 5 });
    expect(await audit.run()).toMatchObject({
      holes: 2,
      closed: 2,
      playersBehind: 2,
      isWalkDone: true,
    });
    expect(audit.behind.toSorted()).toEqual(['ada', 'bob']);
    await standings.expectFoldOfLedger();
    expect(await openHoles(standings)).toEqual({});
    expect(await audit.isInexact()).toBe(true);
    audit.clock += 60_000;
    expect(await audit.isInexact()).toBe(false);
    expect(await audit.run()).toMatchObject({ holes: 0, playersBehind: 0 });
  });

  test.each([
    ['is left to the projector while the oldest of the events may be on its way', 0, 0],
    ['is found when that is too old, however young the newest one is', 1, 1],
  ])('%s', async (_, moreMs, playersBehind) => {
    const [first] = await audit.lose('ada', { score: 1 }, { score: 2 });
    if (!first) throw new Error('two updates');
    audit.clock = first.timestamp + LOST_AFTER_MS + moreMs;
    expect(await audit.run()).toMatchObject({ holes: playersBehind, playersBehind });
    expect((await standings.stored()).length > 0).toBe(playersBehind > 0);
  });

  test('is not one whose head is ahead of a restored ledger', async () => {
    const [first, second] = await audit.lose('ada', { score: 1 }, { score: 2 });
    if (!first || !second) throw new Error('two updates');
    await standings.projector.handle([eventRecord(first)]);
    await standings.ledger.remove(second);
    expect(await audit.run()).toMatchObject({ holes: 0, playersBehind: 0 });
  });

  test('whose ledger is damaged keeps a hole until it is corrected, and holds up no other', async () => {
    const [first] = await audit.lose('ada', { score: 1 });
    if (!first) throw new Error('one update');
    await audit.lose('bob', { score: 2 });
    await standings.ledger.damage(first);
    expect(await audit.run()).toMatchObject({ holes: 2, closed: 1, isWalkDone: true });
    expect(await openHoles(standings)).toEqual({ ada: 1 });
    expect(audit.stays).toContain('ada');
    audit.clock += 60_000;
    await standings.ledger.remove(first);
    expect(await audit.run()).toMatchObject({ closed: 1 });
    expect(await openHoles(standings)).toEqual({});
    await standings.expectFoldOfLedger();
  });
});

describe('holes', () => {
  test('are closed by a fold of the ledger, with standings or without', async () => {
    const updates = await standings.ledger.add('ada', { score: 1 }, { score: 2 });
    await standings.projector.handle(updates.map(eventRecord));
    await standings.ledger.add('bob', { score: 2 });
    await note('ada', 2);
    await note('bob', 1);
    expect(await audit.run()).toMatchObject({ holes: 2, closed: 2 });
    expect(await openHoles(standings)).toEqual({});
    await standings.expectFoldOfLedger();
  });

  test('of what the ledger does not have are closed once everything before them is visible', async () => {
    await standings.ledger.add('ada', { score: 1 });
    await note('ada', 5);
    await note('nobody', undefined);
    expect(await audit.run()).toMatchObject({ holes: 2, closed: 0 });
    audit.clock += 60_000;
    expect(await audit.run()).toMatchObject({ holes: 2, closed: 2 });
    expect(await openHoles(standings)).toEqual({});
  });

  test('that cannot be closed do not keep others from their turn', async () => {
    const damaged = Array.from({ length: 100 }, (_, index) => `a-${index}`);
    for (const player of damaged) {
      const [update] = await standings.ledger.add(player, { score: 1 });
      if (update) await standings.ledger.damage(update);
      await note(player, 1);
    }
    await standings.ledger.add('zoe', { score: 1 });
    await note('zoe', 1);
    await audit.run();
    expect(await openHoles(standings)).toHaveProperty('zoe');
    await audit.run();
    expect(await openHoles(standings)).not.toHaveProperty('zoe');
    expect(await audit.isInexact()).toBe(true);
  });

  test('end for readers even if the one who closed the last of them was killed before it said so', async () => {
    const updates = await standings.ledger.add('ada', { score: 1 });
    await standings.projector.handle(updates.map(eventRecord));
    const hole = await note('ada', 1);
    const { client, log } = standings.watch();
    crashAtWrite(log, 1, 'after');
    await expect(holesOf(standings, () => audit.clock, client).close(hole)).rejects.toThrow();
    expect(await openHoles(standings)).toEqual({});
    audit.clock += 60_000;
    expect(await audit.isInexact()).toBe(true);
    await audit.run();
    audit.clock += 60_000;
    expect(await audit.isInexact()).toBe(false);
  });
});

describe("the pipe's dead letters", () => {
  test('become a hole of all players, which ends with a walk that began after it', async () => {
    const [update] = await audit.lose('ada', { score: 1 });
    if (!update) throw new Error('one update');
    // Younger than what counts as lost otherwise.
    audit.clock = update.timestamp + 1_000;
    audit.pipeDeadLetters = 1;
    expect(await audit.isInexact()).toBe(true);
    expect(await audit.run()).toMatchObject({ playersBehind: 1, closed: 2, isWalkDone: true });
    expect(audit.pipeDeadLetters).toBe(0);
    expect(await audit.hasUnknownHole()).toBe(false);
    await standings.expectFoldOfLedger();
  });

  test('keep their hole while a walk that began before them ends, and while a page is left', async () => {
    await audit.lose('ada', { score: 1 });
    await audit.lose('bob', { score: 1 });
    await audit.run();
    audit.pipeDeadLetters = 1;
    audit.remainingMs = () => 0;
    await audit.run();
    // No time for anything: not even for the letters.
    expect(audit.pipeDeadLetters).toBe(1);
    let calls = 0;
    audit.remainingMs = () => ((calls += 1) <= 2 ? 60_000 : 0);
    await audit.run();
    expect(audit.pipeDeadLetters).toBe(0);
    expect(await audit.hasUnknownHole()).toBe(true);
    audit.remainingMs = () => 60_000;
    await audit.run();
    expect(await audit.hasUnknownHole()).toBe(false);
  });

  test('are never taken before readers see the hole, and never forgotten, wherever the auditor dies', async () => {
    for (let write = 1; write <= 12; write += 1) {
      for (const when of ['before', 'after'] as const) {
        await standings.reset();
        audit.reset();
        await audit.lose('ada', { score: 1 });
        audit.pipeDeadLetters = 1;
        audit.onRun = (log) => {
          crashAtWrite(log, write, when);
        };
        await audit.run().catch(() => undefined);
        const hasStanding = (await standings.stored()).length > 0;
        const isHidden = !hasStanding && !(await audit.isInexact());
        expect({ write, when, isHidden }).toEqual({ write, when, isHidden: false });
        audit.onRun = () => undefined;
        await audit.run();
        await standings.expectFoldOfLedger();
        expect(await openHoles(standings)).toEqual({});
        audit.clock += 60_000;
        expect(await audit.isInexact()).toBe(false);
      }
    }
  });
});

describe('a walk', () => {
  test('stops after enough read units, and the next run goes on after the last page', async () => {
    const begins: (string | undefined)[] = [];
    audit.heads = {
      page: async (after) => {
        begins.push(after?.playerId);
        const next = { playerId: `page-${begins.length}`, eventId: '#head' };
        return { behind: [], units: 600, next: begins.length < 5 ? next : undefined };
      },
    };
    expect(await audit.run()).toMatchObject({ readUnits: 1_200, isWalkDone: false });
    expect(await audit.run()).toMatchObject({ readUnits: 1_200, isWalkDone: false });
    expect(await audit.run()).toMatchObject({ readUnits: 600, isWalkDone: true });
    expect(begins).toEqual([undefined, 'page-1', 'page-2', 'page-3', 'page-4']);
  });

  test('begins an hour after the last one has ended, or when the pipe has lost events', async () => {
    const walk = () => audit.run().then(({ isWalkDone }) => isWalkDone);
    expect(await walk()).toBe(true);
    audit.clock += WALK_PAUSE_MS - 1;
    expect(await walk()).toBe(false);
    audit.clock += 1;
    expect(await walk()).toBe(true);
    expect(await walk()).toBe(false);
    audit.pipeDeadLetters = 1;
    expect(await walk()).toBe(true);
    expect(await audit.hasUnknownHole()).toBe(false);
  });

  test('takes all the time there is while the pipe has lost events', async () => {
    let pages = 0;
    audit.heads = {
      page: async () => {
        pages += 1;
        const next = { playerId: 'ada', eventId: '#head' };
        return { behind: [], units: 600, next: pages < 50 ? next : undefined };
      },
    };
    audit.pipeDeadLetters = 1;
    expect(await audit.run()).toMatchObject({ isWalkDone: true });
    expect(pages).toBe(50);
  });

  test('finds the heads among the markers, page by page', async () => {
    await audit.putMarkers('ada', 1_100);
    await audit.putMarkers('bob', 1_100);
    for (const player of ['ada', 'bob', 'cy']) await audit.lose(player, { score: 1 });
    const limits: unknown[] = [];
    audit.onRun = (log) => {
      log.plan = ({ name, input }) => {
        if (name === 'ScanCommand') limits.push(input['Limit']);
        return undefined;
      };
    };
    expect(await audit.run()).toMatchObject({ playersBehind: 3, isWalkDone: true });
    expect(limits).toEqual([2_000, 2_000]);
    await standings.expectFoldOfLedger();
  });

  test('folds a bounded number of players in a run, and all of them in the end', async () => {
    const players = Array.from({ length: 203 }, (_, index) => `p-${index}`);
    await Promise.all(players.map((player) => audit.lose(player, { score: 1 })));
    expect(await audit.run()).toMatchObject({ playersBehind: 200, isWalkDone: false });
    expect(await audit.run()).toMatchObject({ playersBehind: 3, isWalkDone: true });
    await standings.expectFoldOfLedger();
  });
});
