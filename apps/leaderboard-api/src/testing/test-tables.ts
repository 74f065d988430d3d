import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { tableIdentity } from '@leaderboard/function';
import {
  boardDefinitionHash,
  boardsFor,
  fold,
  rankKey,
  rankRulesOf,
  windowsOf,
  type BoardDefinition,
  type BoardDefinitions,
  type Standing,
} from '@leaderboard/ranking';
import { entriesOfLog, RanksTable, RunWriter } from '@leaderboard/ranks';
import type { MemoryRunStore } from '@leaderboard/ranks/testing';
import {
  boardKey,
  documentClient,
  logId,
  NO_HEAD,
  playerKey,
  DEPLOYED_SET,
  presentStandings,
  toBoardSetItem,
  standingKey,
  progressKey,
  ranksPartition,
  snapshotKey,
  toArchivedStandingItem,
  toAttributes,
  toEpochItem,
  toRanksHeadItem,
  toCompletenessItem,
  toLedgerAttributes,
  toLogItem,
  toProgressItem,
  toHolesNoteItem,
  toRetryNoteItem,
  toPlayer,
  toPlayerItem,
  windowOf,
  type Attributes,
  type Item,
  type LogItem,
  type RankMove,
  type StandingRow,
} from '@leaderboard/tables';

/** Physical names of the tables of one stack. */
export interface TableNames {
  readonly ledger: string;
  readonly standings: string;
  readonly ranks: string;
  readonly snapshots: string;
}

/** An update as the tests write it. */
export interface TestUpdate {
  readonly player_id: string;
  readonly score: number;
  readonly occurred_at: string;
  readonly game_id: string;
}

const ITEMS_PER_REQUEST = 25;
/** 2026-11-21T10:00:00Z */
export const NOW_MS = 1_795_255_200_000;

/** Writes what processor, projector and snapshotter write. */
export class TestTables {
  readonly #client: DynamoDBClient;
  readonly #tables: TableNames;
  readonly #definitions: readonly BoardDefinition[];
  readonly #updates: TestUpdate[] = [];
  readonly #rows = new Map<string, Map<string, TestRow>>();
  #logTime = NOW_MS;
  #runs = 0;
  /** Where the runs of the boards are. */
  readonly runs: MemoryRunStore;

  constructor(
    client: DynamoDBClient,
    tables: TableNames,
    definitions: readonly BoardDefinition[],
    runs: MemoryRunStore,
  ) {
    this.runs = runs;
    this.#client = client;
    this.#tables = tables;
    this.#definitions = definitions;
  }

  /** Adds updates to the ledger and folds the players' whole ledger into standings, without a projector. */
  async play(updates: readonly TestUpdate[]): Promise<void> {
    this.#updates.push(...updates);
    const players = Map.groupBy(this.#updates, ({ player_id }) => player_id);
    const changed = new Set(updates.map(({ player_id }) => player_id));
    const histories = [...players].filter(([player]) => changed.has(player));
    await this.put(
      this.#tables.ledger,
      histories.flatMap(([, history]) => toLedgerItems(history)),
    );
    for (const [playerId, history] of histories) await this.#write(playerId, history);
  }

  /** Registers boards, with the snapshotter's count of their players if it has counted them. */
  async registerBoards(boards: Readonly<Record<string, number | undefined>>): Promise<void> {
    await this.put(
      this.#tables.standings,
      Object.entries(boards).map(([id, players]) =>
        toAttributes({
          ...boardKey(id),
          ...(players !== undefined && { players, counted_at: new Date(NOW_MS).toISOString() }),
        }),
      ),
    );
  }

  async recordProgress(
    slot: number,
    recordedAt: number,
    lagMs: number,
    arrivalMs = 0,
  ): Promise<void> {
    await this.put(this.#tables.standings, [
      toAttributes(
        toProgressItem(slot, { recordedAt, ledgerTimestamp: recordedAt - lagMs, lagMs, arrivalMs }),
      ),
    ]);
  }

  /** Removes the note of {@link TestApi.create}. */
  async forgetProgress(): Promise<void> {
    await this.#remove(progressKey(0));
  }

  /** Records that the standings are complete for these definitions, as the rebuild does. */
  async recordCompleteness(
    definitions: readonly BoardDefinition[],
    ids: { ledger?: string; standings?: string; ranks?: string } = {},
    serving = DEPLOYED_SET,
  ): Promise<void> {
    const hashes = definitions.map(boardDefinitionHash).toSorted();
    const idOf = (table: string) => tableIdentity(this.#client, table);
    await this.put(this.#tables.standings, [
      toAttributes(
        toCompletenessItem({
          sets: { serving, building: undefined },
          projected: hashes,
          complete: hashes,
          tableIds: {
            ledger: ids.ledger ?? (await idOf(this.#tables.ledger)),
            standings: ids.standings ?? (await idOf(this.#tables.standings)),
            ranks: ids.ranks ?? (await idOf(this.#tables.ranks)),
          },
          settledAt: NOW_MS,
          rebuildRun: '',
          revision: 1,
        }),
      ),
    ]);
  }

  /** Records that updates of a player are being retried, as the projector does. */
  async recordRetry(ledgerTimestamp: number, until: number): Promise<void> {
    await this.put(this.#tables.standings, [
      toAttributes(toRetryNoteItem(7, { player: 'ada', ledgerTimestamp, until })),
    ]);
  }

  /** Notes that there are holes, or, with its end, that there are none any more. */
  async recordHoles(until: number | undefined): Promise<void> {
    await this.put(this.#tables.standings, [
      toAttributes(toHolesNoteItem({ id: 'note', notedAt: NOW_MS, until })),
    ]);
  }

  async putSnapshot(leaderboardId: string, asOf: string, item: Attributes): Promise<void> {
    await this.put(this.#tables.snapshots, [
      { ...toAttributes(snapshotKey(leaderboardId, asOf)), ...item },
    ]);
  }

  /**
   * Builds a board of any size as one run, without its ledger: player `player-000000` has the best score, the next one a point
   * less.
   *
   * @param present players who have an item too, by number
   */
  async buildBoard(
    board: BoardDefinition,
    players: number,
    present: readonly number[],
  ): Promise<void> {
    const hash = boardDefinitionHash(board);
    const partition = ranksPartition(board.id, hash);
    const rowOf = (player: number): StandingRow => ({
      player_id: `player-${String(player).padStart(6, '0')}`,
      board_window: `${board.id}#all_time`,
      board_id: board.id,
      score: String(1_000_000 - player),
      updates: 1,
      achieved_at: new Date(NOW_MS).toISOString(),
      version: 1,
      definition_hash: hash,
    });
    const name = `${partition}/built`;
    const writer = new RunWriter({ store: this.runs, name, smallBytes: 0 });
    for (let player = 0; player < players; player += 1) {
      const key = rankKey(rowOf(player), board);
      await writer.add({ key, net: 1, time: NOW_MS, updates: 1, achievedAtMs: undefined });
    }
    const run = await writer.finish();
    const windows = new Map([['all_time', run ? [run] : []]]);
    await this.put(this.#tables.ranks, [
      toAttributes(toRanksHeadItem(partition, { ...NO_HEAD, number: 1, windows })),
      toAttributes(toEpochItem(partition, 1)),
    ]);
    await this.put(
      this.#tables.standings,
      present.map((player) => {
        const row = rowOf(player);
        const standings = new Map([[standingKey(row), row]]);
        const applied = {
          version: 1,
          timestamp: NOW_MS,
          definition_hashes: hash,
          applied_at: NOW_MS,
        };
        const transaction = { time: NOW_MS, log: [] };
        return toAttributes(toPlayerItem(row.player_id, { applied, transaction, standings }));
      }),
    );
  }

  /**
   * Moves a part of the boards' logs into runs, on top of those that there are. Whatever the part is, the ranks stay the same.
   *
   * @param isTaken whether a log item is moved
   * @param options small runs, which the head holds, or objects with small segments
   */
  async mergeLogs(
    isTaken: (item: LogItem) => boolean,
    { smallBytes, segmentBytes }: { smallBytes: number; segmentBytes: number },
  ): Promise<void> {
    const client = documentClient(this.#client);
    const tableName = this.#tables.ranks;
    const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
    const table = new RanksTable({ client, tableName });
    for (const partition of new Set(Items.map((item) => String(item['board'])))) {
      const { head, log } = await table.cut(partition);
      const taken = log.filter(isTaken);
      const windows = new Map(head.windows);
      for (const [window, entries] of entriesOfLog(taken)) {
        const name = `${partition}/${(this.#runs += 1)}`;
        const writer = new RunWriter({ store: this.runs, name, smallBytes, segmentBytes });
        for (const entry of entries) await writer.add(entry);
        const run = await writer.finish();
        if (run) windows.set(window, [...(windows.get(window) ?? []), run]);
      }
      // The items are still in the log.
      const absorbed = [...head.absorbed, ...taken.map(({ id }) => id)];
      const next = { ...head, number: head.number + 1, windows, absorbed };
      await this.put(tableName, [
        toAttributes(toRanksHeadItem(partition, next)),
        toAttributes(toEpochItem(partition, next.number)),
      ]);
    }
  }

  async addBoardSet(id: string, definitions: BoardDefinitions): Promise<void> {
    const item = toBoardSetItem(id, definitions, new Date(NOW_MS).toISOString());
    await this.put(this.#tables.standings, [toAttributes(item)]);
  }

  /** Changes a player's present standings, and not the ranks. */
  async changePlayer(
    playerId: string,
    change: (rows: Map<string, StandingRow>) => unknown,
  ): Promise<void> {
    const { Item } = await documentClient(this.#client).send(
      new GetCommand({ TableName: this.#tables.standings, Key: playerKey(playerId) }),
    );
    const player = toPlayer(Item ?? {});
    const rows = new Map([...player.standings.values()].map((row) => [row.board_window, row]));
    change(rows);
    const standings = new Map([...rows.values()].map((row) => [standingKey(row), row]));
    await this.put(this.#tables.standings, [
      toAttributes(toPlayerItem(playerId, { ...player, standings })),
    ]);
  }

  async put(table: string, items: readonly Attributes[]): Promise<void> {
    for (let index = 0; index < items.length; index += ITEMS_PER_REQUEST) {
      const chunk = items.slice(index, index + ITEMS_PER_REQUEST);
      const requests = chunk.map((item) => ({ PutRequest: { Item: item } }));
      await this.#client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    }
  }

  async #remove(key: Item): Promise<void> {
    await this.#client.send(
      new DeleteItemCommand({ TableName: this.#tables.standings, Key: toAttributes(key) }),
    );
  }

  /** Writes a player's standings, and to the logs of the boards what that changes. */
  async #write(playerId: string, history: readonly TestUpdate[]): Promise<void> {
    const rows = foldAll(history, this.#definitions);
    const before = this.#rows.get(playerId) ?? new Map<string, TestRow>();
    this.#rows.set(playerId, rows);
    const id = logId((this.#logTime += 1), 'test');
    const moves = new Map<string, RankMove[]>();
    for (const [key, { row, place, partition }] of rows) {
      const old = before.get(key);
      if (old?.row.updates === row.updates) continue;
      const isShared = rankRulesOf(row.definition_hash)?.tie_break === 'shared';
      const achievedAtMs = isShared ? Date.parse(row.achieved_at) : undefined;
      const ofBoard = moves.get(partition) ?? [];
      moves.set(partition, ofBoard);
      ofBoard.push({
        window: windowOf(row.board_window),
        before: old?.place,
        after: { place, updates: row.updates, achievedAtMs },
      });
    }
    const standings = new Map([...rows].map(([key, { row }]) => [key, row]));
    const present = presentStandings(standings);
    const archived = [...standings].flatMap(([key, row]) => (present.has(key) ? [] : row));
    await this.put(
      this.#tables.ranks,
      [...moves].map(([partition, ofBoard]) =>
        toAttributes(toLogItem(partition, { id, players: [{ playerId, moves: ofBoard }] })),
      ),
    );
    await this.put(this.#tables.standings, [
      toAttributes(
        toPlayerItem(playerId, {
          applied: {
            version: history.length,
            timestamp: NOW_MS,
            definition_hashes: this.#definitions.map(boardDefinitionHash).toSorted().join(','),
            applied_at: NOW_MS,
          },
          transaction: { time: this.#logTime, log: [] },
          standings: present,
        }),
      ),
      ...archived.map((row) => toAttributes(toArchivedStandingItem(row))),
    ]);
  }
}

interface TestRow {
  readonly row: StandingRow;
  readonly place: string;
  readonly partition: string;
}

function foldAll(
  history: readonly TestUpdate[],
  definitions: readonly BoardDefinition[],
): Map<string, TestRow> {
  const folded = new Map<string, Standing>();
  const rows = new Map<string, TestRow>();
  for (const [index, update] of history.entries()) {
    const versioned = { ...update, update_type: 'score_update', version: index + 1 };
    for (const board of boardsFor(versioned, definitions)) {
      const definition_hash = boardDefinitionHash(board.definition);
      for (const board_window of windowsOf(board, update.occurred_at)) {
        const key = standingKey({ board_window, definition_hash });
        const standing = fold(folded.get(key), versioned, board.definition);
        folded.set(key, standing);
        rows.set(key, {
          row: { ...standing, board_window, board_id: board.id, definition_hash },
          place: rankKey(standing, board.definition).slice(0, -(standing.player_id.length + 1)),
          partition: ranksPartition(board.id, definition_hash),
        });
      }
    }
  }
  return rows;
}

/** A player's ledger: timestamps rise with the versions, whenever the updates occurred. */
function toLedgerItems(history: readonly TestUpdate[]): Attributes[] {
  let last = 0;
  return history.map((update, index) => {
    last = Math.max(last + 1, Date.parse(update.occurred_at) + index);
    return toLedgerItem(update, index, last);
  });
}

function toLedgerItem(update: TestUpdate, index: number, timestamp: number): Attributes {
  return toLedgerAttributes({
    update: {
      ...update,
      event_id: `event-${index + 1}`,
      update_type: 'score_update',
      metadata: { secret: 'of the game alone' },
    },
    version: index + 1,
    timestamp,
    processingTimestamp: NOW_MS / 1_000,
    messageId: 'message-of-the-queue',
    sequenceNumber: '1',
  });
}
