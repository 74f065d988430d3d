import type { TestUpdate } from './test-tables.ts';

/** An expected entry; the score as the digits that the JSON must contain. */
export interface ExpectedEntry {
  rank: number;
  player_id: string;
  score: string;
  updates: number;
  achieved_at: string;
}

export interface OracleRules {
  readonly operator: 'sum' | 'best';
  readonly order: 'asc' | 'desc';
  readonly tie_break: 'earliest' | 'latest' | 'shared';
}

interface Value {
  units: bigint;
  achievedAt: number;
  updates: number;
}

/**
 * Ranks by sorting everything, in exact arithmetic. It shares no code with `libs/ranking`, because it must find the
 * mistakes of that code.
 */
export function expectedRanking(
  updates: readonly TestUpdate[],
  rules: OracleRules,
): ExpectedEntry[] {
  const values = new Map<string, Value>();
  for (const { player_id, score, occurred_at } of updates) {
    const units = toMillionths(score);
    const before = values.get(player_id);
    const at = new Date(occurred_at).getTime();
    if (before === undefined) {
      values.set(player_id, { units, achievedAt: at, updates: 1 });
      continue;
    }
    before.updates += 1;
    const isBetter = rules.order === 'asc' ? units < before.units : units > before.units;
    if (rules.operator === 'sum' ? units === 0n : !isBetter) continue;
    before.units = rules.operator === 'sum' ? before.units + units : units;
    before.achievedAt = at;
  }
  const sorted = [...values].sort(([aId, a], [bId, b]) => {
    if (a.units !== b.units) return a.units < b.units === (rules.order === 'asc') ? -1 : 1;
    if (rules.tie_break !== 'shared' && a.achievedAt !== b.achievedAt) {
      return a.achievedAt < b.achievedAt === (rules.tie_break === 'earliest') ? -1 : 1;
    }
    return aId < bId ? -1 : 1;
  });
  return sorted.map(([player_id, { units, achievedAt, updates: count }], position) => ({
    rank:
      rules.tie_break === 'shared'
        ? sorted.findIndex(([, other]) => other.units === units) + 1
        : position + 1,
    player_id,
    score: fromMillionths(units),
    updates: count,
    achieved_at: new Date(achievedAt).toISOString(),
  }));
}

function toMillionths(score: number): bigint {
  const [whole = '', fraction = ''] = Math.abs(score).toFixed(6).split('.');
  const units = BigInt(whole) * 1_000_000n + BigInt(fraction);
  return score < 0 ? -units : units;
}

function fromMillionths(units: bigint): string {
  const text = (units < 0n ? -units : units).toString().padStart(7, '0');
  const decimal = `${text.slice(0, -6)}.${text.slice(-6)}`.replace(/\.?0+$/, '');
  return units < 0n ? `-${decimal}` : decimal;
}
