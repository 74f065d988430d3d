import type { CostLine } from './estimate.ts';

export interface CostReport {
  /** Without a single update. */
  idle: readonly CostLine[];
  loaded: readonly CostLine[];
  /** Where the figures come from. */
  notes: readonly string[];
}

/** The estimate as a table for a terminal. */
export function renderReport({ idle, loaded, notes }: CostReport): string {
  const rows = loaded.map(({ service, what, dollars }, index) => [
    service,
    what,
    money(idle[index]?.dollars ?? 0),
    money(dollars),
  ]);
  const total = ['Total a month', '', money(totalOf(idle)), money(totalOf(loaded))];
  const table = [['Service', 'For', 'Idle', 'Loaded'], ...rows, total];
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
  return [lines[0], rule, ...lines.slice(1, -1), rule, lines.at(-1), '', ...notes].join('\n');
}

export function totalOf(lines: readonly CostLine[]): number {
  return lines.reduce((total, { dollars }) => total + dollars, 0);
}

/** Cents, and more digits below one. */
function money(dollars: number): string {
  return `$${dollars === 0 || dollars >= 0.01 ? dollars.toFixed(2) : dollars.toFixed(4)}`;
}
