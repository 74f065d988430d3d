import {
  BoardRanks,
  RanksTable,
  RunReader,
  type RunEntry,
  type RunStore,
  type RunUpload,
} from '@leaderboard/ranks';
import { MemoryRunStore } from '@leaderboard/ranks/testing';
import { boardDefinitionHash, findBoard, type BoardDefinition } from '@leaderboard/ranking';
import {
  ranksPartition,
  standingsIn,
  standingKey,
  windowOf,
  type LedgerUpdate,
  type StandingRow,
} from '@leaderboard/tables';
import { pick, seededRandom } from '@leaderboard/testing/random';
import { collectRuns } from '../../compactor/collect-runs.ts';
import { BoardCompactor } from '../../compactor/compact-board.ts';
import { BoardCatalog } from '../../fold/board-catalog.ts';
import type { PlayerLedger } from '../../fold/fold-ledger.ts';
import { PlayerFold } from '../../fold/player-fold.ts';
import { movesOf } from '../../fold/rank-moves.ts';
import { projectBatch } from '../../projector/project-batch.ts';
import type { ProjectorObserver } from '../../projector/projector-observer.ts';
import { ChangeRecorder } from '../../storage/change-recorder.ts';
import { StandingsStore } from '../../storage/standings-store.ts';
import { eventRecord, ledgerUpdate, START_MS } from '../test-ledger.ts';
import { SimulatedTables } from './simulated-tables.ts';
import { World, type Actor } from './world.ts';

/** Boards on which keys are left and come back to, ascending ones, shared ranks, and periods. */
const DEFINITIONS: readonly BoardDefinition[] = [
  board({ id: 'GLOBAL', scope: 'all_games', operator: 'sum', windows: ['all_time', 'weekly'] }),
  board({ id: 'form', scope: 'all_games', operator: 'last', order: 'asc', tie_break: 'shared' }),
  board({ id: 'game:{game_id}', scope: 'per_game', operator: 'best', tie_break: 'latest' }),
];

function board(fields: Partial<BoardDefinition>): BoardDefinition {
  return {
    operator: 'best',
    order: 'desc',
    tie_break: 'earliest',
    windows: ['all_time'],
    shards: 1,
    ...fields,
  } as BoardDefinition;
}

/** An answer was wrong, or something was lost. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

/** Turns after which a function is killed; no request of it is under way for longer. */
const FUNCTION_TURNS = 150;
/** Longer than a function may run, in ms of the world: 5 for each of the turns of all actors. */
const RUNS_KEPT_MS = 60_000;
const CATALOG = new BoardCatalog(DEFINITIONS);
const SIZES = { headRuns: 150, mergedBeside: 600, segment: 120 };

/** What a player's standings are after each version, by board window; index 0 is before the first. */
type States = readonly ReadonlyMap<string, StandingRow>[];

/**
 * One random history: projectors write the updates of a few players, compactors merge the logs, a sweep deletes runs, all of
 * them the real code on {@link SimulatedTables}, and readers compare every answer with what the ledgers allow.
 */
export class RankHistory {
  readonly #world: World;
  readonly #tables: SimulatedTables;
  readonly #runs: MemoryRunStore;
  readonly #ledgers = new Map<string, readonly LedgerUpdate[]>();
  readonly #states = new Map<string, States>();
  /** The newest version of each player that is known to be written. */
  readonly #acknowledged = new Map<string, number>();
  readonly #queue: LedgerUpdate[];
  #isCalm = false;
  #reads = 0;
  #ids = 0;

  constructor(seed: number) {
    const world = new World(seededRandom(seed), START_MS + 1_000_000);
    this.#world = world;
    this.#runs = new MemoryRunStore(() => world.nowMs);
    const lostAnswers = pick([0, 0.05, 0.2], world.random);
    const throttledDeletes = pick([0, 0.5, 0.95], world.random);
    const pageSize = pick([1, 2, 6], world.random);
    this.#tables = new SimulatedTables(world, () =>
      this.#isCalm
        ? { lostAnswers: 0, throttledDeletes: 0, pageSize: 100 }
        : { lostAnswers, throttledDeletes, pageSize },
    );
    const players = 2 + world.below(6);
    for (let player = 0; player < players; player += 1) this.#addPlayer(`player-${player}`);
    this.#queue = [...this.#ledgers.values()]
      .flat()
      .toSorted((a, b) => a.timestamp + world.below(3_000) - (b.timestamp + world.below(3_000)));
  }

  /** Answers that were compared. */
  get reads(): number {
    return this.#reads;
  }

  /** @throws {BrokenPromise} */
  async play(): Promise<void> {
    const failures: unknown[] = [];
    const guard = (act: (actor: Actor) => Promise<void>) => (actor: Actor) =>
      act(actor).catch((error: unknown) => {
        failures.push(error);
      });
    const projectors = 1 + this.#world.below(3);
    for (let index = 0; index < projectors; index += 1) this.#spawnProjector(`projector ${index}`);
    for (const name of ['compactor 0', 'compactor 1']) this.#spawnCompactor(name);
    this.#world.spawn('sweep', (actor) => this.#sweep(actor));
    for (const name of ['reader 0', 'reader 1']) {
      this.#world.spawn(
        name,
        guard((actor) => this.#read(actor)),
      );
    }
    await this.#world.run();
    if (failures.length > 0) throw failures[0];
    await this.#settle();
  }

  #addPlayer(playerId: string): void {
    const world = this.#world;
    const count = 1 + world.below(8);
    const updates = Array.from({ length: count }, (_, index) =>
      ledgerUpdate(playerId, index + 1, {
        score: pick([1, 2, 2, 3, 5, 0], world.random),
        game_id: pick(['go', 'go', 'chess'], world.random),
        // Weeks roll over, and updates are late.
        occurred_at: new Date(START_MS + (index + world.below(3)) * 3 * 86_400_000).toISOString(),
      }),
    );
    const fold = new PlayerFold(CATALOG);
    const states: ReadonlyMap<string, StandingRow>[] = [new Map()];
    for (const update of updates) {
      fold.add(update);
      states.push(new Map(fold.rows()));
    }
    this.#ledgers.set(playerId, updates);
    this.#states.set(playerId, states);
  }

  /** A process of the projector: it takes batches until the queue is empty. When it dies, another one takes its place. */
  #spawnProjector(name: string): void {
    let batch: LedgerUpdate[] = [];
    this.#world.spawn(
      name,
      async (actor) => {
        const project = this.#projector(actor);
        while (this.#queue.length > 0) {
          batch = this.#queue.splice(0, 1 + this.#world.below(4));
          // Now and then another process has the same batch.
          if (this.#world.chance(0.15)) this.#queue.push(...batch);
          const returned = await project(batch);
          const again = batch.filter((update) => returned.has(update.player_id));
          for (const { player_id, version } of batch) {
            if (!returned.has(player_id)) raise(this.#acknowledged, player_id, version);
          }
          this.#queue.push(...again);
          batch = [];
          if (this.#world.chance(0.1)) {
            this.#world.kill(actor);
            return;
          }
        }
      },
      (wasKilled) => {
        this.#queue.push(...batch);
        if (wasKilled) this.#spawnProjector(name);
      },
      FUNCTION_TURNS,
    );
  }

  /** @returns players whose records go back */
  #projector(actor: Actor): (batch: readonly LedgerUpdate[]) => Promise<ReadonlySet<string>> {
    const world = this.#world;
    const client = this.#tables.client(actor);
    const shared = {
      client,
      tableName: 'standings',
      now: () => world.nowMs,
      random: world.random,
      sleep: () => world.turn(actor),
      uniqueId: () => this.#newId(),
    };
    const store = new StandingsStore({
      ...shared,
      ranksTableName: 'ranks',
      changes: new ChangeRecorder(shared),
      onLogged: () => Promise.resolve(),
    });
    const dependencies = {
      ...shared,
      store,
      ledger: this.#ledger(),
      observer: SILENT,
      boards: () => Promise.resolve(CATALOG),
      progress: { record: () => Promise.resolve() },
      retries: {
        returned: () => Promise.resolve(undefined as never),
        succeeded: () => Promise.resolve(),
      },
      holes: { note: () => Promise.resolve(undefined as never), passed: () => Promise.resolve() },
      visibility: { hide: () => Promise.resolve() },
      deadLetters: { send: () => Promise.resolve({ accepted: 1 }) },
    };
    return async (batch) => {
      const returned = await projectBatch(batch.map(eventRecord), dependencies);
      return new Set(
        returned.flatMap(({ records }) => records.map((record) => record.messageGroupId)),
      );
    };
  }

  /** The ledger is settled: it has its own histories. */
  #ledger(): PlayerLedger {
    const of = (playerId: string) => this.#ledgers.get(playerId) ?? [];
    return {
      updatesAfter: async function* (playerId, timestamp) {
        yield of(playerId).filter((update) => update.timestamp > timestamp);
      },
      settledUpdates: (playerId, from, to) =>
        Promise.resolve(
          of(playerId).filter(
            (update) => update.timestamp >= from && update.timestamp <= to.timestamp,
          ),
        ),
    };
  }

  #spawnCompactor(name: string): void {
    this.#world.spawn(
      name,
      async (actor) => {
        const compactor = this.#compactor(actor);
        while (this.#queue.length > 0) {
          await compactor.compact(this.#anyTarget().partition).catch(() => undefined);
          if (this.#world.chance(0.1)) {
            this.#world.kill(actor);
            return;
          }
        }
      },
      (wasKilled) => {
        if (wasKilled && !this.#isCalm) this.#spawnCompactor(name);
      },
      FUNCTION_TURNS,
    );
  }

  #compactor(actor: Actor): BoardCompactor {
    const world = this.#world;
    const client = this.#tables.client(actor);
    const store = this.#runsOf(actor);
    return new BoardCompactor({
      client,
      store,
      tableName: 'ranks',
      ranks: new RanksTable({ client, tableName: 'ranks' }),
      runs: new RunReader({ store, cacheBytes: 0, wholeBytes: 0 }),
      now: () => world.nowMs,
      random: world.random,
      sleep: () => world.turn(actor),
      uniqueId: () => this.#newId(),
      sizes: SIZES,
    });
  }

  /** Runs that are read and written in turns. */
  #runsOf(actor: Actor): RunStore {
    const turn = () => this.#world.turn(actor);
    const runs = this.#runs;
    return {
      read: async (name, offset, length) => {
        await turn();
        return runs.read(name, offset, length);
      },
      write: (name): RunUpload => {
        const upload = runs.write(name);
        return {
          ...upload,
          finish: async () => {
            await turn();
            return upload.finish();
          },
        };
      },
      delete: async (name) => {
        await turn();
        return runs.delete(name);
      },
      list: () => runs.list(),
    };
  }

  async #sweep(actor: Actor): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#collect(actor, RUNS_KEPT_MS);
      for (let turn = 0; turn < 50; turn += 1) await this.#world.turn(actor);
    }
  }

  async #collect(actor: Actor, keptMs: number): Promise<void> {
    const client = this.#tables.client(actor);
    await collectRuns({
      client,
      tableName: 'ranks',
      ranks: new RanksTable({ client, tableName: 'ranks' }),
      store: this.#runsOf(actor),
      now: () => this.#world.nowMs,
      keptMs,
    });
  }

  async #read(actor: Actor): Promise<void> {
    const ranks = this.#ranks(actor);
    while (this.#queue.length > 0) {
      const { partition, window, key } = this.#anyTarget();
      const before = new Map(this.#acknowledged);
      try {
        await ranks.read(partition, window, async (cut) => {
          const entries = await cut.entries('forward', 100);
          this.#compare(key, entries, cut.total, before);
          for (const [position, { key }] of entries.entries()) {
            expectEqual('players below', await cut.below(key), position);
            expectEqual('key after', await cut.keyAfter(position), key);
          }
        });
      } catch (error) {
        if (error instanceof BrokenPromise) throw error;
        // Flips passed through every attempt: the reader says so, and nothing wrong.
      }
      await this.#world.turn(actor);
    }
  }

  #ranks(actor: Actor): BoardRanks {
    const client = this.#tables.client(actor);
    return new BoardRanks({
      table: new RanksTable({ client, tableName: 'ranks' }),
      runs: new RunReader({ store: this.#runsOf(actor), cacheBytes: 0, wholeBytes: 0 }),
    });
  }

  /** Each player must be where some prefix of the ledger puts it: one that has at least what was written before. */
  #compare(
    key: string,
    entries: readonly RunEntry[],
    total: number,
    acknowledged: ReadonlyMap<string, number>,
  ): void {
    this.#reads += 1;
    expectEqual(`total of ${key}`, total, entries.length);
    const shown = new Map(entries.map((entry) => [playerOf(entry.key), entry]));
    expectEqual(`players of ${key}, each once`, shown.size, entries.length);
    for (const [playerId, states] of this.#states) {
      const first = acknowledged.get(playerId) ?? 0;
      // A projector that finds a gap folds whatever the ledger has.
      const last = states.length - 1;
      const entry = shown.get(playerId);
      const allowed = states.slice(first, last + 1).map((state) => placed(state.get(key)));
      const found = entry && `${entry.key} ${entry.updates}`;
      if (!allowed.includes(found)) {
        throw new BrokenPromise(
          `${key} shows ${playerId} at ${found}; versions ${first} to ${last} are at ${[...new Set(allowed)].join(' or ')}`,
        );
      }
    }
  }

  /** Without trouble, everything is projected and merged: nothing may be left over. */
  async #settle(): Promise<void> {
    this.#isCalm = true;
    this.#queue.push(...[...this.#ledgers.values()].flat());
    this.#spawnProjector('last projector');
    await this.#world.run();
    let broken: unknown;
    this.#world.spawn('last reader', async (actor) => {
      try {
        await this.#expectEnd(actor);
      } catch (error) {
        broken = error;
      }
    });
    await this.#world.run();
    if (broken !== undefined) throw broken;
  }

  async #expectEnd(actor: Actor): Promise<void> {
    const rows = this.#tables.all('standings').flatMap((item) => standingsIn(item));
    const expected = [...this.#states.values()].flatMap((states) => [
      ...(states.at(-1)?.values() ?? []),
    ]);
    const texts = (list: readonly StandingRow[]) =>
      list
        .map((row) => JSON.stringify(Object.entries(row).toSorted()))
        .toSorted()
        .join('\n');
    if (texts(rows) !== texts(expected)) {
      throw new BrokenPromise('the standings are not the fold of the ledger');
    }
    for (const round of ['before', 'after'] as const) {
      for (const target of this.#targets()) {
        if (round === 'after') {
          await this.#compactor(actor).compact(target.partition);
          await this.#compactor(actor).compact(target.partition);
        }
        await this.#ranks(actor).read(target.partition, target.window, async (cut) => {
          const entries = await cut.entries('forward', 100);
          this.#compare(target.key, entries, cut.total, this.#acknowledged);
        });
      }
    }
    const left = this.#tables
      .all('ranks')
      .filter((item) => String(item['entry']).startsWith('log'));
    expectEqual('log items left', left.length, 0);
    await this.#collect(actor, 0);
    for (const target of this.#targets()) {
      await this.#ranks(actor).read(target.partition, target.window, async (cut) => {
        const entries = await cut.entries('forward', 100);
        this.#compare(target.key, entries, cut.total, this.#acknowledged);
      });
    }
  }

  #anyTarget() {
    return pick(this.#targets(), this.#world.random);
  }

  #targets(): { key: string; partition: string; window: string }[] {
    const keys = new Set(
      [...this.#states.values()].flatMap((states) => [...(states.at(-1)?.keys() ?? [])]),
    );
    return [...keys].flatMap((key) => {
      const [boardWindow = ''] = key.split(' ');
      const found = findBoard(boardWindow.split('#')[0] ?? '', DEFINITIONS);
      if (found === undefined) return [];
      const partition = ranksPartition(found.id, boardDefinitionHash(found.definition));
      return [{ key, partition, window: windowOf(boardWindow) }];
    });
  }

  #newId(): string {
    this.#ids += 1;
    return this.#ids.toString(36).padStart(4, '0');
  }
}

const SILENT = new Proxy({} as ProjectorObserver, { get: () => () => undefined });

function raise(versions: Map<string, number>, playerId: string, version: number): void {
  versions.set(playerId, Math.max(version, versions.get(playerId) ?? 0));
}

function playerOf(key: string): string {
  return key.slice(key.lastIndexOf('#') + 1);
}

/** Where a standing is ranked, and its number of updates. */
function placed(row: StandingRow | undefined): string | undefined {
  if (row === undefined) return undefined;
  const [moves] = movesOf(row.player_id, [
    { kind: 'put', key: standingKey(row), row, present: undefined },
  ]).values();
  const after = moves?.moves[0]?.after;
  return after && `${after.place}#${row.player_id} ${after.updates}`;
}

function expectEqual(what: string, found: unknown, expected: unknown): void {
  if (found === expected) return;
  throw new BrokenPromise(`${what}: found ${String(found)}, expected ${String(expected)}`);
}
