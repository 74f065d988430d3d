import { beforeEach, describe, expect, test } from '@jest/globals';
import { HOLE_REASONS, UNKNOWN_PLAYERS, type LedgerUpdate } from '@leaderboard/tables';
import { holesOf, inexactUntil, openHoles } from '../testing/standings-holes.ts';
import { useRebuild } from '../testing/use-rebuild.ts';

const rebuild = useRebuild();
const { standings } = rebuild;
let updates: LedgerUpdate[];

const note = (player: string, version?: number) =>
  holesOf(standings).note({ player, version, reason: HOLE_REASONS.deadLetter });

beforeEach(async () => {
  updates = await standings.ledger.add('ada', { score: 1 }, { score: 2 });
  await standings.ledger.add('bob', { score: 2 });
  await note('ada', 2);
  await note(UNKNOWN_PLAYERS);
});

describe('a rebuild', () => {
  test('closes the holes of the players that it folds, and the one of unknown players', async () => {
    expect((await rebuild.run()).code).toBe(0);
    expect(await openHoles(standings)).toEqual({});
    expect(await inexactUntil(standings)).not.toBeUndefined();
    await standings.expectFoldOfLedger();
  });

  test('that only compares closes none', async () => {
    await rebuild.run({ check: true });
    expect(await openHoles(standings)).toEqual({ ada: 2, [UNKNOWN_PLAYERS]: 'unknown' });
  });

  test('leaves the hole of a player that cannot be folded, and the one of unknown players', async () => {
    const [first] = updates;
    if (first) await standings.ledger.damage(first);
    expect((await rebuild.run()).code).toBe(1);
    expect(await openHoles(standings)).toEqual({ ada: 2, [UNKNOWN_PLAYERS]: 'unknown' });
    expect(await inexactUntil(standings)).toBeUndefined();
  });

  test('that was stopped closes none; what it had folded before it was continued may have been before the hole', async () => {
    const stop = new AbortController();
    stop.abort();
    const resume = rebuild.file('progress.json');
    expect((await rebuild.run({ stop, resume })).code).toBe(130);
    expect(await openHoles(standings)).toEqual({ ada: 2, [UNKNOWN_PLAYERS]: 'unknown' });
    expect((await rebuild.run({ resume })).code).toBe(0);
    expect(await openHoles(standings)).toEqual({ [UNKNOWN_PLAYERS]: 'unknown' });
  });
});
