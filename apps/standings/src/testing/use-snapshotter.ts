import { beforeEach, expect } from '@jest/globals';
import type { BoardDefinition } from '@leaderboard/ranking';
import {
  documentClient,
  fromAttributes,
  toSnapshot,
  type Snapshot,
  standingsSortKey,
} from '@leaderboard/tables';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { BoardReader } from '../storage/board-reader.ts';
import { runSnapshots, type SnapshotRunResult } from '../snapshots/snapshot-run.ts';
import { SnapshotStore } from '../snapshots/snapshot-store.ts';
import type { RequestLog } from './request-log.ts';
import { eventRecord, START_MS, type Score } from './test-ledger.ts';
import { DEFAULT_BOARDS } from './test-projector.ts';
import { useStandings, type TestStandings } from './use-standings.ts';

export interface TestSnapshotOptions {
  definitions?: readonly BoardDefinition[];
  snapshotSize?: number;
  full?: boolean;
  remainingMs?: () => number;
}

/** The snapshotter on the tables of one test. */
export class TestSnapshotter {
  /** The clock of projector and snapshotter, in ms. */
  clock = START_MS;
  readonly standings: TestStandings;
  #watched: ReturnType<TestStandings['watch']> | undefined;

  constructor(standings: TestStandings) {
    this.standings = standings;
  }

  reset(): void {
    this.clock = START_MS;
    this.#watched = undefined;
  }

  /** The requests of the last run. */
  get log(): RequestLog {
    return this.#client().log;
  }

  #client(): ReturnType<TestStandings['watch']> {
    return (this.#watched ??= this.standings.watch());
  }

  store(ttlSeconds: number): SnapshotStore {
    const client = documentClient(this.#client().client);
    return new SnapshotStore({ client, tableName: this.standings.tables.snapshots, ttlSeconds });
  }

  /** Puts scores into ledger and standings. */
  async play(playerId: string, ...scores: Score[]): Promise<void> {
    const { ledger, projector } = this.standings;
    projector.clock = this.clock;
    const records = (await ledger.add(playerId, ...scores)).map(eventRecord);
    expect(await projector.handle(records)).toEqual([]);
  }

  async run(options: TestSnapshotOptions = {}): Promise<SnapshotRunResult> {
    const { definitions = DEFAULT_BOARDS, snapshotSize = 3, full = false } = options;
    const { client, log } = this.#client();
    log.clear();
    return runSnapshots(
      {
        catalog: new BoardCatalog(definitions),
        boards: new BoardReader({
          client: documentClient(client),
          tableName: this.standings.tables.standings,
        }),
        ranks: this.standings.ranks(documentClient(client)),
        snapshots: this.store(86_400),
        snapshotSize,
        now: () => this.clock,
        remainingMs: options.remainingMs ?? (() => 60_000),
      },
      { full },
    );
  }

  /** Snapshots of a leaderboard by sort key. */
  async snapshotsOf(leaderboardId: string): Promise<Record<string, Snapshot>> {
    return (await this.allSnapshots()).get(leaderboardId) ?? {};
  }

  /** Snapshots by leaderboard and sort key. */
  async allSnapshots(): Promise<Map<string, Record<string, Snapshot>>> {
    const items = (await this.standings.items('snapshots')).filter((item) => item['total']);
    const grouped = Map.groupBy(items, (item) => item['leaderboard_id']?.S ?? '');
    return new Map(
      [...grouped].map(([leaderboardId, ofBoard]) => [
        leaderboardId,
        Object.fromEntries(
          ofBoard.map((item) => [item['as_of']?.S ?? '', toSnapshot(fromAttributes(item))]),
        ),
      ]),
    );
  }

  /** The number of players that is stored of each board. */
  async playersOfBoards(): Promise<Record<string, string | undefined>> {
    const items = await this.standings.items();
    return Object.fromEntries(
      items
        .filter((item) => item['player_id']?.S === '#boards')
        .map((item) => [standingsSortKey(fromAttributes(item)), item['players']?.N]),
    );
  }
}

/** {@link useStandings} for tests of the snapshotter. */
export function useSnapshotter(): TestSnapshotter {
  const snapshotter = new TestSnapshotter(useStandings());
  beforeEach(() => {
    snapshotter.reset();
  });
  return snapshotter;
}
