import type { Break } from '@leaderboard/testing/breaks';

const STORE = 'apps/standings/src/storage/standings-store.ts';
const TRANSACTIONS = 'apps/standings/src/storage/player-transactions.ts';
const COMPACT = 'apps/standings/src/compactor/compact-board.ts';
const COLLECT = 'apps/standings/src/compactor/collect-runs.ts';
const CUT = 'libs/ranks/src/read-cut.ts';
const ENTRY = 'libs/ranks/src/run-entry.ts';

/** The rules of writing, merging and reading ranks, each left out. */
export const BREAKS: readonly Break[] = [
  {
    name: 'write-player-unconditional',
    what: 'writes a player, whatever is stored by then',
    file: TRANSACTIONS,
    find: 'condition: ifPlayerIs(state.transaction),',
    replacement: 'condition: undefined,',
  },
  {
    name: 'write-on-incomplete-transaction',
    what: 'builds on a player whose last transaction may not be visible as a whole',
    file: STORE,
    find: "if (transaction === undefined) return 'known';",
    replacement: "if (transaction === undefined || this.#complete.size >= 0) return 'known';",
  },
  {
    name: 'write-time-not-raised',
    what: 'takes any time for a log item, and not one above the last of its players',
    file: TRANSACTIONS,
    find: 'const time = Math.max(now, ...changes.map(({ state }) => (state.transaction?.time ?? 0) + 1));',
    replacement:
      'const time = changes.reduce((at, { state }) => Math.min(at, (state.transaction?.time ?? now) - 1), now);',
  },
  {
    name: 'compact-flip-unconditional',
    what: 'writes a head, whatever head is stored by then',
    file: COMPACT,
    find: '...ifRanksHeadIs(read.number),',
    replacement: '...(read.number < 0 && ifRanksHeadIs(read.number)),',
  },
  {
    name: 'compact-deletes-before-flip',
    what: 'deletes log items before the head that has taken them is written',
    file: COMPACT,
    find: 'if (!(await this.#writeHead(partition, head, next))) return false;',
    replacement:
      'await this.#delete(partition, taken.map(({ id }) => id)); if (!(await this.#writeHead(partition, head, next))) return false;',
  },
  {
    name: 'compact-deletes-without-epoch',
    what: 'deletes log items of a head whose epoch may not be there yet',
    file: COMPACT,
    find: 'if (epoch >= head.number) await this.#delete(partition, waiting);',
    replacement: 'if (epoch >= 0) await this.#delete(partition, waiting);',
  },
  {
    name: 'compact-forgets-absorbed',
    what: 'forgets log items that may still be in the log',
    file: COMPACT,
    find: 'absorbed: [...waiting, ...taken.map(({ id }) => id)],',
    replacement: 'absorbed: taken.map(({ id }) => id),',
  },
  {
    name: 'compact-reads-log-before-head',
    what: 'decides by a log that was read before the head which ids can be forgotten',
    file: COMPACT,
    find: `      const head = await ranks.head(partition);
      const { log, epoch } = await ranks.board(partition);`,
    replacement: `      const { log, epoch } = await ranks.board(partition);
      const head = await ranks.head(partition);`,
  },
  {
    name: 'compact-drops-removals',
    what: 'drops a removal whose insertion is not in the same runs',
    file: ENTRY,
    find: 'return net === 0 && newest.updates === undefined ? undefined : { ...newest, net };',
    replacement:
      'return net <= 0 && newest.updates === undefined ? undefined : { ...newest, net: Math.min(1, net) };',
  },
  {
    name: 'compact-closes-changed-windows',
    what: 'closes a window with the runs of the head, although something was added',
    file: COMPACT,
    find: 'if (touched.has(window) || stack === undefined) continue;',
    replacement: 'if (touched.size < 0 || stack === undefined) continue;',
  },
  {
    name: 'compact-reopens-as-empty',
    what: 'begins a closed window that gets a late update with nothing',
    file: COMPACT,
    find: 'const below = windows.get(window) ?? (await this.#reopened(partition, head, window));',
    replacement: 'const below = windows.get(window) ?? (head.number < 0 ? undefined : []);',
  },
  {
    name: 'sweep-reads-heads-first',
    what: 'deletes runs that are not in a head, however new they are',
    file: COLLECT,
    find: 'if (now() - writtenAt < keptMs) continue;',
    replacement: 'if (now() - writtenAt < 0) continue;',
  },
  {
    name: 'read-ascending',
    what: 'reads a board in ascending order',
    file: CUT,
    find: 'ScanIndexForward: false,',
    replacement: 'ScanIndexForward: true,',
  },
  {
    name: 'read-without-epoch',
    what: 'takes a cut through which a flip has passed',
    file: CUT,
    find: 'if (epoch > head.number) continue;',
    replacement: 'if (epoch < 0) continue;',
  },
  {
    name: 'read-absorbed-twice',
    what: 'counts log items that are in the runs too',
    file: CUT,
    find: 'log.filter(({ id }) => !absorbed.has(id))',
    replacement: 'log.filter(({ id }) => !absorbed.has(id) || head.number > 0)',
  },
];
