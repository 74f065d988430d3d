import type { CostLine } from './estimate.ts';

/** What a million updates cost beside what an idle stack costs. */
export interface PerMillion {
  /** Without what is stored: the ledger grows with every month. */
  dollars: number;
  stored: number;
}

/** Of a load of so many updates a month. */
export function perMillionUpdates(
  idle: readonly CostLine[],
  loaded: readonly CostLine[],
  updates: number,
): PerMillion {
  const isStored = ({ what }: CostLine) => /GB stored|point-in-time/.test(what);
  const stored = totalOf(loaded.filter(isStored)) - totalOf(idle.filter(isStored));
  const all = totalOf(loaded) - totalOf(idle);
  const millions = updates / 1e6;
  return { dollars: (all - stored) / millions, stored: stored / millions };
}

export interface CostReport {
  /** Without a single update. */
  idle: readonly CostLine[];
  loaded: readonly CostLine[];
  perMillion: PerMillion;
  /** Where the figures come from. */
  notes: readonly string[];
}

/** The estimate as a table for a terminal. */
export function renderReport({ idle, loaded, perMillion, notes }: CostReport): string {
  const rows = loaded.map(({ service, what, dollars }, index) => [
    service,
    what,
    money(idle[index]?.dollars ?? 0),
    money(dollars),
  ]);
  const total = ['Total a month', '', money(totalOf(idle)), money(totalOf(loaded))];
  const each = [
    ['Per million updates, above idle', 'without storage', '', money(perMillion.dollars)],
    ['', 'storage in the last month', '', money(perMillion.stored)],
  ];
  const table = [['Service', 'For', 'Idle', 'Loaded'], ...rows, total, ...each];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  const lines = table.map((row) =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  const rule = '-'.repeat(lines[0]?.length ?? 0);
  return [lines[0], rule, ...lines.slice(1, -3), rule, ...lines.slice(-3), '', ...notes].join('\n');
}

export function totalOf(lines: readonly CostLine[]): number {
  return lines.reduce((total, { dollars }) => total + dollars, 0);
}

/** Cents, and more digits below one. */
function money(dollars: number): string {
  return `$${dollars === 0 || dollars >= 0.01 ? dollars.toFixed(2) : dollars.toFixed(4)}`;
}
