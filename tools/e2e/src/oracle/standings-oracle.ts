/** A board as the oracle sees it: what counts, and who is first. */
export interface OracleBoard {
  readonly id: string;
  readonly operator: 'best' | 'last' | 'sum' | 'count' | 'min' | 'max';
  readonly order: 'asc' | 'desc';
  readonly tie_break: 'earliest' | 'latest' | 'shared';
  /** Only updates of this game; all games without it. */
  readonly game_id?: string;
  readonly update_types?: readonly string[];
}

export const WINDOWS = ['all_time', 'daily', 'weekly', 'monthly'] as const;
export type WindowName = (typeof WINDOWS)[number];

/** An update as the ledger holds it; the score as the digits that DynamoDB gives. */
export interface OracleUpdate {
  readonly player_id: string;
  readonly version: number;
  readonly game_id: string;
  readonly update_type: string;
  readonly score: string;
  readonly occurred_at: string;
}

/** An entry as the read API must give it; the score as digits, since a sum can have more than a double. */
export interface OracleEntry {
  readonly rank: number;
  readonly player_id: string;
  readonly score: string;
  readonly updates: number;
  readonly achieved_at: string;
}

/** One board in one period of one window, with everybody on it, first to last. */
export interface OracleRanking {
  readonly board: string;
  readonly window: WindowName;
  readonly period: string;
  readonly entries: readonly OracleEntry[];
}

interface CountedUpdate {
  readonly version: number;
  readonly millionths: bigint;
  readonly occurredMs: number;
}

interface Value {
  readonly player_id: string;
  readonly millionths: bigint;
  readonly achievedMs: number;
  readonly updates: number;
}

const DAY_MS = 86_400_000;

/**
 * Every ranking that follows from a ledger: a plain sort in exact arithmetic. It shares no code with `libs/ranking`, so that
 * a mistake there cannot hide itself.
 */
export function rankLedger(
  ledger: readonly OracleUpdate[],
  boards: readonly OracleBoard[],
): OracleRanking[] {
  return boards.flatMap((board) => {
    const counted = ledger.filter((update) => counts(update, board));
    return WINDOWS.flatMap((window) =>
      [...Map.groupBy(counted, ({ occurred_at }) => periodOf(window, occurred_at))].map(
        ([period, updates]) => ({ board: board.id, window, period, entries: rank(updates, board) }),
      ),
    );
  });
}

/** The day, ISO week or month in which an instant lies, in UTC. */
export function periodOf(window: WindowName, instant: string): string {
  const day = new Date(instant).toISOString().slice(0, 10);
  if (window === 'all_time') return 'all_time';
  if (window === 'daily') return day;
  if (window === 'monthly') return day.slice(0, 7);
  const midnight = Date.parse(day);
  const daysSinceMonday = (new Date(midnight).getUTCDay() + 6) % 7;
  const thursday = midnight + (3 - daysSinceMonday) * DAY_MS;
  const year = new Date(thursday).getUTCFullYear();
  const week = 1 + Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * DAY_MS));
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** The share, in percent, of players not ranked above a rank, rounded down to two digits. */
export function percentileOf(rank: number, total: number): number {
  return Number((10_000n * BigInt(total - rank + 1)) / BigInt(total)) / 100;
}

function counts(update: OracleUpdate, { game_id, update_types }: OracleBoard): boolean {
  return (
    (game_id === undefined || update.game_id === game_id) &&
    (update_types === undefined || update_types.includes(update.update_type))
  );
}

function rank(updates: readonly OracleUpdate[], board: OracleBoard): OracleEntry[] {
  const values = [...Map.groupBy(updates, ({ player_id }) => player_id)].map(([player_id, own]) =>
    valueOf(player_id, own.map(toCounted), board),
  );
  values.sort(
    (one, other) => compareValues(one, other, board) || (one.player_id < other.player_id ? -1 : 1),
  );
  let shared = 0;
  return values.map(({ player_id, millionths, achievedMs, updates: count }, index) => {
    if (values[index - 1]?.millionths !== millionths) shared = index + 1;
    return {
      rank: board.tie_break === 'shared' ? shared : index + 1,
      player_id,
      score: toDecimal(millionths),
      updates: count,
      achieved_at: new Date(achievedMs).toISOString(),
    };
  });
}

function compareValues(one: Value, other: Value, { order, tie_break }: OracleBoard): number {
  if (one.millionths !== other.millionths) {
    return one.millionths < other.millionths === (order === 'asc') ? -1 : 1;
  }
  if (tie_break === 'shared') return 0;
  const later = one.achievedMs - other.achievedMs;
  return tie_break === 'earliest' ? later : -later;
}

function valueOf(player_id: string, updates: CountedUpdate[], board: OracleBoard): Value {
  updates.sort((one, other) => one.version - other.version);
  const { millionths, occurredMs } = reached(updates, board);
  return { player_id, millionths, achievedMs: occurredMs, updates: updates.length };
}

/** The value after all updates, and when the update occurred that reached it. */
function reached(
  updates: readonly CountedUpdate[],
  { operator, order }: OracleBoard,
): Pick<CountedUpdate, 'millionths' | 'occurredMs'> {
  const newest = last(updates);
  switch (operator) {
    case 'count':
      return { millionths: BigInt(updates.length) * 1_000_000n, occurredMs: newest.occurredMs };
    case 'sum': {
      const moving = updates.filter(({ millionths }) => millionths !== 0n);
      return {
        millionths: updates.reduce((total, { millionths }) => total + millionths, 0n),
        occurredMs: (moving.at(-1) ?? first(updates)).occurredMs,
      };
    }
    case 'last':
      return last(updates.toSorted((one, other) => one.occurredMs - other.occurredMs));
    case 'min':
      return least(updates);
    case 'max':
      return greatest(updates);
    case 'best':
      return order === 'asc' ? least(updates) : greatest(updates);
  }
}

/** Sorting is stable, so among equals the one with the lowest version is first. */
function least(updates: readonly CountedUpdate[]): CountedUpdate {
  return first(updates.toSorted((one, other) => compareBigints(one.millionths, other.millionths)));
}

function greatest(updates: readonly CountedUpdate[]): CountedUpdate {
  return first(updates.toSorted((one, other) => compareBigints(other.millionths, one.millionths)));
}

function compareBigints(one: bigint, other: bigint): number {
  return one < other ? -1 : Number(one > other);
}

function first(updates: readonly CountedUpdate[]): CountedUpdate {
  const [update] = updates;
  if (update === undefined) throw new Error('A player without updates has no value.');
  return update;
}

function last(updates: readonly CountedUpdate[]): CountedUpdate {
  return first(updates.slice(-1));
}

function toCounted({ version, score, occurred_at }: OracleUpdate): CountedUpdate {
  return { version, millionths: toMillionths(score), occurredMs: Date.parse(occurred_at) };
}

function toMillionths(decimal: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(decimal);
  if (match === null) throw new Error(`${decimal} is no decimal number of at most 6 places.`);
  const [, sign = '', whole = '', places = ''] = match;
  return BigInt(`${sign}${whole}${places.padEnd(6, '0')}`);
}

function toDecimal(millionths: bigint): string {
  const digits = String(millionths < 0n ? -millionths : millionths).padStart(7, '0');
  const decimal = `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, '');
  return millionths < 0n ? `-${decimal}` : decimal;
}
