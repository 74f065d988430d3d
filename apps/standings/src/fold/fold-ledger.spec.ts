import { describe, expect, test } from '@jest/globals';
import type { LedgerUpdate } from '@leaderboard/tables';
import { BoardCatalog } from './board-catalog.ts';
import { foldLedger, UnsettledLedgerError, type PlayerLedger } from './fold-ledger.ts';
import { PlayerFold, type LedgerPosition } from './player-fold.ts';

function update(version: number): LedgerUpdate {
  return {
    player_id: 'ada',
    timestamp: version * 1_000,
    version,
    game_id: 'chess',
    score: 2 ** version,
    update_type: 'score_update',
    occurred_at: '2026-11-16T00:00:00Z',
  };
}

const at = (version: number): LedgerPosition => ({ version, timestamp: version * 1_000 });

/** A query that shows these pages of versions, of a ledger that has `all` of them. */
function reader(pages: readonly number[][], all: readonly number[]) {
  const settled: number[] = [];
  const ledger: PlayerLedger = {
    async *updatesAfter() {
      for (const page of pages) yield page.map(update);
    },
    settledUpdates: async (_, from, to) => {
      settled.push(to.version);
      return all
        .filter((version) => version * 1_000 >= from && version <= to.version)
        .map((version) => update(version));
    },
  };
  return { ledger, settled };
}

async function fold(
  pages: readonly number[][],
  options: { all: readonly number[]; known: number; oldVersion: number },
) {
  const { ledger, settled } = reader(pages, options.all);
  const catalog = new BoardCatalog([]);
  const result = new PlayerFold(catalog);
  await foldLedger(result, {
    playerId: 'ada',
    ledger,
    known: at(options.known),
    isOld: ({ version }) => version <= options.oldVersion,
  });
  const { end, updates, missing } = result;
  return { end: end.version, updates, missing, settled };
}

describe('a read of the ledger that shows', () => {
  test('every version is folded', async () => {
    expect(await fold([[1, 2], [3]], { all: [1, 2, 3], known: 3, oldVersion: 0 })).toEqual({
      end: 3,
      updates: 3,
      missing: 0,
      settled: [],
    });
  });

  test.each([
    ['a version without the one before', [[1, 3]]],
    ['two pages of different moments', [[1], [3]]],
    ['everything but the event itself', [[1, 2]]],
  ])('%s is rejected while it may change', async (_, pages) => {
    await expect(fold(pages, { all: [1, 2, 3], known: 3, oldVersion: 2 })).rejects.toThrow(
      UnsettledLedgerError,
    );
  });

  test.each([
    ['a version without the one before', [[1, 3]]],
    ['everything but the event itself', [[1, 2]]],
  ])('%s is read again when it is old, and folded', async (_, pages) => {
    expect(await fold(pages, { all: [1, 2, 3], known: 3, oldVersion: 3 })).toEqual({
      end: 3,
      updates: 3,
      missing: 0,
      settled: [3],
    });
  });

  test.each([
    ['in the middle', [[1, 4, 5]], [1, 4, 5], { end: 5, updates: 3, missing: 2 }],
    ['at the end', [[1, 2]], [1, 2], { end: 2, updates: 2, missing: 3 }],
    ['before an update that came later', [[1, 6]], [1, 6], { end: 1, updates: 1, missing: 4 }],
  ])('removed versions %s are counted as missing', async (_, pages, all, expected) => {
    expect(await fold(pages, { all, known: 5, oldVersion: 5 })).toMatchObject(expected);
  });

  test('a hole beyond the newest known version ends the fold', async () => {
    expect(await fold([[1, 2, 3, 5]], { all: [1, 2, 3, 4, 5], known: 2, oldVersion: 2 })).toEqual({
      end: 3,
      updates: 3,
      missing: 0,
      settled: [],
    });
  });
});
