import {
  boardDefinitionHash,
  findBoard,
  rankStandings,
  windowPeriod,
  boardWindowKey,
  type BoardDefinition,
  type BoardDefinitions,
} from '@leaderboard/ranking';
import { toLedgerUpdate, type Item, type StandingRow } from '@leaderboard/tables';
import { BoardCatalog } from '../fold/board-catalog.ts';
import { PlayerFold } from '../fold/player-fold.ts';
import type { TableScanner } from '../rebuild/table-scanner.ts';
import type { LedgerReader } from '../storage/ledger-reader.ts';

/** Places of a board that a preview shows. */
const TOP = 20;
/** Boards that a preview shows of a definition that makes one for each game: those with the most players. */
const MAX_BOARDS = 5;
/** Players of the sample that are folded at the same time. */
const PARALLEL = 8;

/** A player's place among the players of a sample. */
export interface PreviewEntry {
  readonly rank: number;
  readonly player_id: string;
  readonly score: string;
}

/** A board under its present and its next definition, among the players of a sample. */
export interface BoardPreview {
  readonly board: string;
  readonly window: string;
  /** Players of the sample on the board, under either definition. */
  readonly players: number;
  /** Those of them whose rank would be another one, appear or disappear. */
  readonly moved: number;
  /** The first places; empty for a board that is new. */
  readonly before: readonly PreviewEntry[];
  readonly after: readonly PreviewEntry[];
}

export interface RankPreview {
  readonly boards: readonly BoardPreview[];
  /** Players that were folded. */
  readonly players: number;
  readonly updates: number;
  /** The sample is every player of the ledger, so ranks are those of the boards. */
  readonly isWhole: boolean;
  /** Boards that are to be built on which a player of the sample has a standing, on average. */
  readonly boardsPerPlayer: number;
}

export interface PreviewOptions {
  readonly served: BoardDefinitions;
  /** What is to be built. */
  readonly toBuild: readonly BoardDefinition[];
  readonly scanner: Pick<TableScanner, 'scanLedger'>;
  readonly ledger: Pick<LedgerReader, 'updatesAfter'>;
  /** Players who are in the sample in any case: the first ones of the boards that change. */
  readonly players: readonly string[];
  readonly maxPlayers: number;
  /** Part of the ledger in which the sample begins, and of how many. */
  readonly segment: { readonly index: number; readonly total: number };
  /** ms since the epoch. */
  readonly now: number;
}

/**
 * What ranks would be under other definitions, for a sample of players: each one's ledger is folded under the present and under
 * the next definitions. Nothing is written.
 */
export async function previewRanks(options: PreviewOptions): Promise<RankPreview> {
  const { served, toBuild, ledger } = options;
  const { ids, isWhole } = await samplePlayers(options);
  const catalog = new BoardCatalog([...served.boards, ...toBuild]);
  const rows: StandingRow[] = [];
  let updates = 0;
  const waiting = [...ids];
  const worker = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const fold = new PlayerFold(catalog);
      for await (const page of ledger.updatesAfter(id, 0)) {
        for (const update of page) fold.add(update);
      }
      updates += fold.updates;
      rows.push(...fold.rows().values());
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  const built = new Set(toBuild.map(boardDefinitionHash));
  const boards = new Set(
    rows
      .filter(({ definition_hash }) => built.has(definition_hash))
      .map(({ player_id, board_id }) => `${player_id} ${board_id}`),
  );
  return {
    boards: toBuild.flatMap((definition) => previewBoards(definition, rows, options)),
    players: ids.size,
    updates,
    isWhole,
    boardsPerPlayer: ids.size === 0 ? 0 : boards.size / ids.size,
  };
}

/** The players named, and others from the ledger until there are enough. */
async function samplePlayers({
  players,
  maxPlayers,
  scanner,
  segment,
}: PreviewOptions): Promise<{ ids: Set<string>; isWhole: boolean }> {
  const ids = new Set(players.slice(0, maxPlayers));
  for await (const page of scanner.scanLedger(segment, undefined)) {
    for (const item of page) {
      if (ids.size >= maxPlayers) return { ids, isWhole: false };
      ids.add(playerOf(item));
    }
  }
  return { ids, isWhole: segment.total === 1 };
}

function playerOf(item: Item): string {
  return toLedgerUpdate(item).player_id;
}

function previewBoards(
  definition: BoardDefinition,
  rows: readonly StandingRow[],
  { served, now }: PreviewOptions,
): BoardPreview[] {
  const hash = boardDefinitionHash(definition);
  const boardIds = Map.groupBy(
    rows.filter((row) => row.definition_hash === hash),
    (row) => row.board_id,
  );
  const shown = [...boardIds]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .slice(0, MAX_BOARDS)
    .map(([id]) => id);
  return shown.map((board_id) => {
    const [window = 'all_time'] = definition.windows;
    const period = windowPeriod(window, now);
    const key = boardWindowKey({ board_id, window, ...(period !== undefined && { period }) });
    const present = findBoard(board_id, served.boards)?.definition;
    const ranked = (rules: BoardDefinition | undefined) =>
      rules === undefined
        ? []
        : rankStandings(
            rows.filter(
              (row) =>
                row.board_window === key && row.definition_hash === boardDefinitionHash(rules),
            ),
            rules,
          );
    const [before, after] = [ranked(present), ranked(definition)];
    const ranks = new Map(before.map(({ player_id, rank }) => [player_id, rank]));
    const stayed = after.filter(({ player_id, rank }) => ranks.get(player_id) === rank).length;
    const players = new Set([...before, ...after].map(({ player_id }) => player_id)).size;
    return {
      board: board_id,
      window,
      players,
      moved: players - stayed,
      before: before.slice(0, TOP).map(toEntry),
      after: after.slice(0, TOP).map(toEntry),
    };
  });
}

function toEntry({ rank, player_id, score }: PreviewEntry): PreviewEntry {
  return { rank, player_id, score };
}
