import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Runtime } from '@leaderboard/function';
import {
  boardDefinitionHash,
  findBoard,
  windowPeriod,
  boardWindowKey,
  type BoardDefinition,
  type BoardDefinitions,
} from '@leaderboard/ranking';
import { BoardRanks, RanksTable, RunReader, type RunStore } from '@leaderboard/ranks';
import { documentClient, type BoardSetIds } from '@leaderboard/tables';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { EXIT, runRebuild } from '../rebuild/rebuild-command.ts';
import type { RebuildTables } from '../rebuild/rebuild-tables.ts';
import { TableScanner } from '../rebuild/table-scanner.ts';
import { readTop } from '../snapshots/read-top.ts';
import { BoardSets } from '../storage/board-sets.ts';
import { CompletenessRecord } from '../storage/completeness-record.ts';
import { LedgerReader } from '../storage/ledger-reader.ts';
import { boardChanges, boardsToBuild, isSameSet } from './board-changes.ts';
import { UnfitPlanError, type BoardPlan, type BuildEstimate } from './board-plan.ts';
import { describeAbandoned, describePlan, describeStatus, type BoardsStatus } from './describe.ts';
import { previewRanks, type RankPreview } from './rank-preview.ts';

/** First players of each board that changes, who are in the sample of a plan. */
const TOP_OF_SAMPLE = 100;
/** Items of the ledger from which a sample begins at a random part of it. */
const LARGE_LEDGER = 20_000;
const PARTS_OF_LARGE_LEDGER = 1_000;
/** Bytes of a strongly consistent read unit (DynamoDB developer guide, "Read consistency"). */
const READ_UNIT_BYTES = 4_096;
/** Write units of a player's item, and of a log item until it is merged, both in a transaction (measured by measure:run). */
const PLAYER_WRITE_UNITS = 2;
const LOG_WRITE_UNITS = 3;
/** On-demand prices of us-west-1 in dollars per unit (Amazon DynamoDB pricing, September 2026). */
const WRITE_UNIT_DOLLARS = 0.695e-6;
const READ_UNIT_DOLLARS = 0.1395e-6;
/** How often a build notes how far it is, in ms. */
const PROGRESS_INTERVAL_MS = 5_000;
/** What a command keeps of runs in memory, in bytes. */
const RUN_CACHE_BYTES = 4 * 1_024 * 1_024;

export interface BoardsCommand extends Runtime {
  readonly dynamoDb: DynamoDBClient;
  readonly tables: RebuildTables;
  /** The runs of the ranks; undefined where they cannot be read: then a plan's sample does not begin with the first places. */
  readonly runs: RunStore | undefined;
  /** Results as JSON, one value a line. */
  readonly json: boolean;
  /** An id that no other call has returned: letters and digits. */
  readonly uniqueId: () => string;
  readonly signal: AbortSignal;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: NodeJS.WriteStream;
}

export interface PlanOptions {
  readonly definitions: BoardDefinitions;
  /** Players of the sample at most. */
  readonly players: number;
}

export interface ApplyOptions {
  readonly plan: BoardPlan;
  /** Without it nothing is changed. */
  readonly isConfirmed: boolean;
  /** Parts of the ledger that are read at the same time. */
  readonly segments: number;
  /** Path of the progress file of the build. */
  readonly resume: string;
}

/** The commands that change the boards of a stack while it runs. */
export class Boards {
  readonly #command: BoardsCommand;
  readonly #record: CompletenessRecord;
  readonly #sets: BoardSets;
  readonly #scanner: TableScanner;

  constructor(command: BoardsCommand) {
    this.#command = command;
    const { dynamoDb, tables, now } = command;
    const client = documentClient(dynamoDb);
    this.#record = new CompletenessRecord({ client, tableName: tables.standings, now });
    this.#sets = new BoardSets({ client, tableName: tables.standings, deployed: tables.deployed });
    this.#scanner = new TableScanner({
      dynamoDb,
      client,
      ledgerTableName: tables.ledger,
      standingsTableName: tables.standings,
    });
  }

  /** What would change, for a sample of players, and what it would cost. Writes nothing. */
  async plan({ definitions, players }: PlanOptions): Promise<BoardPlan> {
    const { tables, uniqueId, now } = this.#command;
    const { ids, served } = await this.#sets.current(this.#record);
    requireNoBuild(ids);
    const toBuild = boardsToBuild(served, definitions);
    const ledger = await this.#ledgerSize();
    const preview = await this.#preview(served, toBuild, players, ledger.items);
    const plan: BoardPlan = {
      format: 1,
      id: uniqueId(),
      planned_at: new Date(now()).toISOString(),
      standings: tables.standings,
      served: { id: ids.serving, hashes: hashesOf(served) },
      definitions,
      changes: boardChanges(served, definitions),
      preview,
      estimate: estimateOf(preview, toBuild, ledger),
    };
    this.#print({ type: 'plan', ...plan }, describePlan(plan, isSameSet(served, definitions)));
    return plan;
  }

  /**
   * Does what a plan says: announces its boards, builds them beside live traffic, and serves them when they are complete. A run
   * that was stopped is continued by the same call.
   *
   * @returns the exit code
   * @throws {UnfitPlanError}
   */
  async apply({ plan, isConfirmed, segments, resume }: ApplyOptions): Promise<number> {
    const { now, uniqueId } = this.#command;
    const { ids, served } = await this.#sets.current(this.#record);
    const { id, definitions } = plan;
    if (ids.serving === id) return this.#served(id, 'is served already');
    this.#requireFit(plan, ids, served);
    if (isSameSet(served, definitions)) {
      this.#print({ type: 'result', served: ids.serving }, 'These boards are served already.');
      return EXIT.done;
    }
    if (!isConfirmed) {
      this.#print(
        { type: 'plan', ...plan },
        `${describePlan(plan, false)}\n\nNothing was changed. With --yes this plan is applied.`,
      );
      return EXIT.done;
    }
    const hashes = hashesOf(definitions);
    const building: BoardSetIds = { serving: ids.serving, building: id };
    if (ids.building === undefined) {
      // It may be there from a run that was stopped before it announced it.
      await this.#sets.addIfAbsent(id, definitions, new Date(now()).toISOString());
      const both = new BoardCatalog([...served.boards, ...definitions.boards]);
      await this.#record.announce(id, both.hashList, ids.serving);
    }
    if (await this.#record.serve(hashes, building)) return this.#served(id, 'is served');
    let notedAtMs = 0;
    const code = await runRebuild({
      ...this.#command,
      isCheck: false,
      builds: true,
      segments,
      settleMs: 0,
      resume,
      run: uniqueId(),
      onProgress: ({ counts: { updates, players, failedPlayers } }) => {
        if (now() - notedAtMs < PROGRESS_INTERVAL_MS) return;
        notedAtMs = now();
        const notedAt = new Date(notedAtMs).toISOString();
        // Only for those who look; the build does not need it.
        void this.#sets
          .noteProgress(id, { updates, players, failedPlayers, notedAt })
          .catch(() => undefined);
      },
    });
    if (code !== EXIT.done) return code;
    if (await this.#record.serve(hashes, building)) return this.#served(id, 'is served');
    this.#print(
      { type: 'result', served: ids.serving },
      'The boards are not complete, and not served: projectors run with other definitions than this command. Run it from the commit that is deployed.',
    );
    return EXIT.differences;
  }

  /** Which boards are served and built, and how far the build is. */
  async status(): Promise<void> {
    const { now } = this.#command;
    const { ids, served } = await this.#sets.current(this.#record);
    const record = await this.#record.read();
    const complete = new Set(record?.complete ?? []);
    const boardsOf = ({ boards }: BoardDefinitions) =>
      boards.map((board) => ({
        id: board.id,
        complete: complete.has(boardDefinitionHash(board)),
      }));
    const status: BoardsStatus = {
      served: { id: ids.serving, boards: boardsOf(served) },
      building:
        ids.building === undefined
          ? undefined
          : {
              id: ids.building,
              boards: boardsOf(await this.#sets.definitions(ids.building)),
              starts_at:
                record !== undefined && record.settledAt > now()
                  ? new Date(record.settledAt).toISOString()
                  : undefined,
              progress: await this.#sets.progress(ids.building),
              ledger: (await this.#ledgerSize()).items,
            },
    };
    this.#print({ type: 'status', ...status }, describeStatus(status));
  }

  /** Gives up the set that is being built. Reads do not change. @returns the exit code */
  async abandon({ isConfirmed }: { readonly isConfirmed: boolean }): Promise<number> {
    const { ids, served } = await this.#sets.current(this.#record);
    if (ids.building !== undefined && isConfirmed) {
      await this.#record.abandon(hashesOf(served), ids);
    }
    this.#print(
      { type: 'result', abandoned: isConfirmed ? ids.building : undefined },
      describeAbandoned(ids.building, isConfirmed),
    );
    return EXIT.done;
  }

  #served(id: string, what: string): number {
    this.#print({ type: 'result', served: id }, `Set ${id} ${what}.`);
    return EXIT.done;
  }

  #requireFit(plan: BoardPlan, ids: BoardSetIds, served: BoardDefinitions): void {
    const { tables } = this.#command;
    if (plan.standings !== tables.standings) {
      throw new UnfitPlanError(
        `The plan was made for the table ${plan.standings}, not for ${tables.standings}. Plan again.`,
      );
    }
    if (ids.building !== undefined && ids.building !== plan.id) requireNoBuild(ids);
    if (ids.serving !== plan.served.id || hashesOf(served).join() !== plan.served.hashes.join()) {
      throw new UnfitPlanError(
        'Other boards are served now than when the plan was made. Plan again with boards:plan.',
      );
    }
  }

  async #preview(
    served: BoardDefinitions,
    toBuild: readonly BoardDefinition[],
    maxPlayers: number,
    items: number,
  ): Promise<RankPreview> {
    const { dynamoDb, tables, now, random } = this.#command;
    const total = items < LARGE_LEDGER ? 1 : PARTS_OF_LARGE_LEDGER;
    return previewRanks({
      served,
      toBuild,
      scanner: this.#scanner,
      ledger: new LedgerReader({ client: documentClient(dynamoDb), tableName: tables.ledger }),
      players: await this.#firstPlayers(served, toBuild),
      maxPlayers,
      segment: { index: Math.floor(random() * total), total },
      now: now(),
    });
  }

  /** The players who are first now on boards that change. */
  async #firstPlayers(
    served: BoardDefinitions,
    toBuild: readonly BoardDefinition[],
  ): Promise<string[]> {
    const { dynamoDb, tables, runs, now } = this.#command;
    if (runs === undefined) return [];
    const ranks = new BoardRanks({
      table: new RanksTable({ client: documentClient(dynamoDb), tableName: tables.ranks }),
      runs: new RunReader({ store: runs, cacheBytes: RUN_CACHE_BYTES }),
    });
    const tops = await Promise.all(
      toBuild.map(async ({ id }) => {
        // A board for each game has no first places of its own.
        const board = findBoard(id, served.boards);
        if (board === undefined) return [];
        const [window = 'all_time'] = board.definition.windows;
        const period = windowPeriod(window, now());
        const key = boardWindowKey({
          board_id: id,
          window,
          ...(period !== undefined && { period }),
        });
        return (await readTop(ranks, board, key, TOP_OF_SAMPLE)).entries;
      }),
    );
    return [...new Set(tops.flat().map(({ player_id }) => player_id))];
  }

  async #ledgerSize(): Promise<{ items: number; bytes: number }> {
    const { dynamoDb, tables } = this.#command;
    const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName: tables.ledger }));
    return { items: Table?.ItemCount ?? 0, bytes: Table?.TableSizeBytes ?? 0 };
  }

  #print(value: object, text: string): void {
    const { json, stdout } = this.#command;
    stdout.write(json ? `${JSON.stringify(value)}\n` : `${text}\n`);
  }
}

function hashesOf({ boards }: BoardDefinitions): readonly string[] {
  return new BoardCatalog(boards).hashList;
}

/** @throws {UnfitPlanError} */
function requireNoBuild({ building }: BoardSetIds): void {
  if (building === undefined) return;
  throw new UnfitPlanError(
    `Set ${building} is being built. Finish it with boards:apply and its plan, or give it up with boards:abandon.`,
  );
}

function estimateOf(
  { players, updates, isWhole, boardsPerPlayer }: RankPreview,
  toBuild: readonly BoardDefinition[],
  ledger: { readonly items: number; readonly bytes: number },
): BuildEstimate {
  // DynamoDB counts a table every six hours, so a new one seems empty.
  const allUpdates = isWhole ? Math.max(updates, ledger.items) : ledger.items;
  const perPlayer = players === 0 ? 1 : updates / players;
  const allPlayers = isWhole ? players : Math.round(allUpdates / Math.max(1, perPlayer));
  if (toBuild.length === 0) {
    return { updates: allUpdates, players: allPlayers, readUnits: 0, writeUnits: 0, dollars: 0 };
  }
  const readUnits = Math.ceil(ledger.bytes / READ_UNIT_BYTES) + allPlayers;
  const writeUnits = Math.ceil(
    allPlayers * (PLAYER_WRITE_UNITS + LOG_WRITE_UNITS * boardsPerPlayer),
  );
  const dollars = writeUnits * WRITE_UNIT_DOLLARS + readUnits * READ_UNIT_DOLLARS;
  return { updates: allUpdates, players: allPlayers, readUnits, writeUnits, dollars };
}
