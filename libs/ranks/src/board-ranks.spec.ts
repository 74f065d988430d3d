import { expect, test } from '@jest/globals';
import {
  NO_HEAD,
  toClosedWindowItem,
  toEpochItem,
  toLogItem,
  toRanksHeadItem,
  type Item,
  type RanksHead,
} from '@leaderboard/tables';
import { BoardRanks } from './board-ranks.ts';
import { RanksTable, UnsettledCutError } from './read-cut.ts';
import { RunReader } from './run-reader.ts';
import { MissingRunError } from './run-store.ts';
import { MemoryRunStore } from './testing/memory-run-store.ts';

const BOARD = 'GLOBAL#abc';
const WINDOW = 'weekly#2026-W45';

/** Ranks over answers that a test gives: pages of queries, one after the other, and the closed window. */
function ranksOver(queries: Item[][], closed: () => Item | undefined = () => undefined) {
  const client = {
    send: ({ constructor, input }: { constructor: { name: string }; input: unknown }) => {
      if (constructor.name === 'GetCommand') return Promise.resolve({ Item: closed() });
      expect(input).toMatchObject({ ConsistentRead: true, ScanIndexForward: false });
      return Promise.resolve({ Items: queries.length > 1 ? queries.shift() : queries[0] });
    },
  };
  return new BoardRanks({
    table: new RanksTable({ client: client as never, tableName: 'ranks' }),
    runs: new RunReader({ store: new MemoryRunStore(), cacheBytes: 0 }),
  });
}

function head(changes: Partial<RanksHead>): Item {
  return toRanksHeadItem(BOARD, { ...NO_HEAD, ...changes });
}

function run(players: number) {
  const lines = Array.from({ length: players }, (_, index) => `p${index}#ada 1 a 1\n`);
  return { net: players, bytes: lines.join('').length, text: lines.join('') };
}

const total = (ranks: BoardRanks, window = WINDOW) =>
  ranks.read(BOARD, window, (cut) => Promise.resolve(cut.total));

test('a closed window that was written for a later head is read again, with that head', async () => {
  const closedUpTo = new Map([['weekly', '2026-W45']]);
  const before = [head({ number: 3, closedUpTo })];
  const after = [head({ number: 6, closedUpTo })];
  const closed = () => toClosedWindowItem(BOARD, WINDOW, { number: 5, stack: [run(2)] });
  expect(await total(ranksOver([before, after], closed))).toBe(2);
  await expect(total(ranksOver([before], closed))).rejects.toThrow(UnsettledCutError);
});

test('a window that is in the head or after the closed ones needs no other read', async () => {
  const windows = new Map([[WINDOW, [run(1)]]]);
  const closedUpTo = new Map([['weekly', '2026-W45']]);
  const closed = () => {
    throw new Error('read');
  };
  const ranks = () => ranksOver([[head({ number: 3, windows, closedUpTo })]], closed);
  expect(await total(ranks())).toBe(1);
  expect(await total(ranks(), 'weekly#2026-W46')).toBe(0);
  expect(await total(ranks(), 'all_time')).toBe(0);
});

test('a cut through which a flip has passed is read again, some times', async () => {
  const log = toLogItem(BOARD, {
    id: '000000001a',
    players: [
      {
        playerId: 'ada',
        moves: [
          {
            window: 'all_time',
            before: undefined,
            after: { place: 'p1', updates: 1, achievedAtMs: undefined },
          },
        ],
      },
    ],
  });
  const torn = [head({ number: 1 }), toEpochItem(BOARD, 2)];
  const whole = [
    head({ number: 2, windows: new Map([['all_time', [run(1)]]]), absorbed: ['000000001a'] }),
    log,
    toEpochItem(BOARD, 2),
  ];
  expect(await total(ranksOver([torn, torn, whole]), 'all_time')).toBe(1);
  await expect(total(ranksOver([torn]), 'all_time')).rejects.toThrow(
    'The ranks of board GLOBAL#abc were merged 8 times while they were read. Try again.',
  );
});

test('a run that is gone is looked for under a newer head', async () => {
  const gone = { net: 5, bytes: 10, name: 'gone', indexBytes: 5 };
  const before = [head({ number: 1, windows: new Map([['all_time', [gone]]]) })];
  const after = [head({ number: 2, windows: new Map([['all_time', [run(5)]]]) })];
  expect(await total(ranksOver([before, after]), 'all_time')).toBe(5);
  await expect(total(ranksOver([before]), 'all_time')).rejects.toThrow(MissingRunError);
});
