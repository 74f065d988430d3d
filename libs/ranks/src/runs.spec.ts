import { describe, expect, test } from '@jest/globals';
import { logId, type LogItem, type RunRef } from '@leaderboard/tables';
import fc from 'fast-check';
import { entriesOfLog } from './log-entries.ts';
import { mergeRuns, runOf } from './merge-runs.ts';
import { combine, parseLines, toLine, type RunEntry } from './run-entry.ts';
import { RunReader } from './run-reader.ts';
import { RunWriter } from './run-writer.ts';
import { MemoryRunStore } from './testing/memory-run-store.ts';
import { WindowCut } from './window-cut.ts';

/** Moves of a few players over a few places: places are left and come back to. */
const moves = fc.array(
  fc.record({
    player: fc.integer({ min: 0, max: 5 }),
    place: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
  }),
  { maxLength: 60 },
);

interface Player {
  readonly place: number;
  readonly updates: number;
}

/** The log that these moves make, one item each, and where the players are at its end. */
function play(steps: readonly { player: number; place: number | undefined }[]) {
  const players = new Map<number, Player>();
  const log = steps.map(({ player, place }, index): LogItem => {
    const before = players.get(player);
    const updates = (before?.updates ?? 0) + 1;
    if (place === undefined) players.delete(player);
    else players.set(player, { place, updates });
    const after =
      place === undefined ? undefined : { place: `p${place}`, updates, achievedAtMs: undefined };
    const move = { window: 'all_time', before: before && `p${before.place}`, after };
    return {
      id: logId(1_000 + index, 'a'),
      players: [{ playerId: `player-${player}`, moves: [move] }],
    };
  });
  const sorted = [...players]
    .map(([player, { place, updates }]) => ({ key: `p${place}#player-${player}`, updates }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return { log, sorted };
}

async function stored(
  entries: readonly RunEntry[],
  store: MemoryRunStore,
  name: string,
  segmentBytes = 60,
): Promise<RunRef | undefined> {
  const writer = new RunWriter({ store, name, smallBytes: 0, segmentBytes });
  for (const entry of entries) await writer.add(entry);
  return writer.finish();
}

describe('entries', () => {
  test('a line is an entry, and back', () => {
    const entries: RunEntry[] = [
      { key: 'p1#ada', net: 1, time: 1_795_255_200_123, updates: 3, achievedAtMs: undefined },
      { key: 'p1#bob', net: -1, time: 7, updates: undefined, achievedAtMs: undefined },
      { key: 'p2#cy', net: 0, time: 8, updates: 40, achievedAtMs: -5 },
    ];
    expect(parseLines(entries.map(toLine).join(''))).toEqual(entries);
  });

  test('parts of a log add up to the same in whatever order they are merged', async () => {
    await fc.assert(
      fc.asyncProperty(
        moves,
        fc.array(fc.nat({ max: 3 })),
        fc.nat(),
        async (steps, parts, turn) => {
          const { log, sorted } = play(steps);
          const groups = Map.groupBy(log, (_, index) => parts[index % (parts.length || 1)] ?? 0);
          const runs = [...groups.values()].map((part) => entriesOfLog(part).get('all_time') ?? []);
          const ordered = [...runs.slice(turn % 4), ...runs.slice(0, turn % 4)];
          let merged: RunEntry[] = [];
          for (const run of ordered) {
            const next: RunEntry[] = [];
            await mergeRuns([runOf(merged), runOf(run)], (entry) => {
              next.push(entry);
              return undefined;
            });
            merged = next;
          }
          const present = merged.filter(({ net }) => net !== 0);
          expect(present.map(({ key, updates }) => ({ key, updates }))).toEqual(sorted);
          expect(present.every(({ net }) => net === 1)).toBe(true);
        },
      ),
    );
  });

  test('a removal whose insertion is elsewhere is kept', () => {
    const removal = { key: 'k', net: -1, time: 5, updates: undefined, achievedAtMs: undefined };
    const insertion = { ...removal, net: 1, time: 4, updates: 2 };
    expect(entriesOfLog([]).get('all_time')).toBeUndefined();
    expect(combine(removal, insertion)).toBeUndefined();
    expect(combine({ ...removal, net: -2 }, insertion)).toMatchObject({ net: -1 });
  });
});

describe('a window', () => {
  test('says the same as a sort, whatever part is in which run', async () => {
    await fc.assert(
      fc.asyncProperty(
        moves,
        fc.array(fc.nat({ max: 4 })),
        fc.integer({ min: 20, max: 200 }),
        async (steps, parts, segmentBytes) => {
          const { log, sorted } = play(steps);
          const store = new MemoryRunStore();
          const reader = new RunReader({ store, cacheBytes: 100, wholeBytes: 0 });
          const groups = Map.groupBy(log, (_, index) => parts[index % (parts.length || 1)] ?? 0);
          const runs = [];
          for (const [part, items] of groups) {
            const entries = entriesOfLog(items).get('all_time') ?? [];
            const run =
              part === 0 ? undefined : await stored(entries, store, `${part}`, segmentBytes);
            runs.push(
              run === undefined && part !== 0
                ? runOf([])
                : run
                  ? await reader.open(run)
                  : runOf(entries),
            );
          }
          const cut = new WindowCut(runs);
          const keys = sorted.map(({ key }) => key);
          expect(cut.total).toBe(keys.length);
          expect(
            (await cut.entries('forward', 100)).map(({ key, updates }) => ({ key, updates })),
          ).toEqual(sorted);
          expect((await cut.entries('backward', 100)).map(({ key }) => key)).toEqual(
            keys.toReversed(),
          );
          for (const [position, key] of keys.entries()) {
            expect(await cut.below(key)).toBe(position);
            expect(await cut.keyAfter(position)).toBe(key);
            expect(await cut.at(key)).toMatchObject({ net: 1 });
            expect((await cut.entries('forward', 2, key)).map((entry) => entry.key)).toEqual(
              keys.slice(position, position + 2),
            );
            expect(
              (await cut.entries('backward', 2, key, false)).map((entry) => entry.key),
            ).toEqual(keys.slice(Math.max(0, position - 2), position).toReversed());
          }
          expect(await cut.keyAfter(keys.length)).toBeUndefined();
          expect(await cut.below('p')).toBe(0);
          expect(await cut.below('q')).toBe(keys.length);
        },
      ),
    );
  });

  test('a large run is read by its index and one segment, and what was read is kept', async () => {
    const store = new MemoryRunStore();
    const entries = Array.from({ length: 20_000 }, (_, index) => ({
      key: `p${String(index).padStart(6, '0')}#player`,
      net: 1,
      time: 1,
      updates: 1,
      achievedAtMs: undefined,
    }));
    const run = await stored(entries, store, 'large', 4_096);
    if (run === undefined) throw new Error('The run is empty.');
    const reader = new RunReader({ store, cacheBytes: 1_000_000 });
    const cut = async () => new WindowCut([await reader.open(run)]);
    expect(await (await cut()).below('p012345#player')).toBe(12_345);
    expect(store.reads).toBe(2);
    expect(await (await cut()).below('p012346#player')).toBe(12_346);
    expect(store.reads).toBe(2);
    expect(await (await cut()).keyAfter(19_999)).toBe('p019999#player');
    expect(store.reads).toBe(3);
    const rough = await (await cut()).roughlyBelow('p012345#player');
    expect(Math.abs(rough - 12_345)).toBeLessThanOrEqual((await cut()).resolution);
    // Merged in blocks of megabytes.
    const merged: RunEntry[] = [];
    await mergeRuns([await reader.openToMerge(run), runOf([])], (entry) => {
      merged.push(entry);
      return undefined;
    });
    expect(merged).toEqual(entries);
  });
});
