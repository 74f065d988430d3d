import { cpus } from 'node:os';

/** What a benchmark is to reach, and whether it did. */
export interface Goal {
  readonly name: string;
  /** As people read it, for example "at least 5 times". */
  readonly goal: string;
  readonly measured: number;
  readonly met: boolean;
}

/** What a benchmark prints. */
export interface Report {
  readonly title: string;
  readonly columns: readonly string[];
  /** One cell for each column. Numbers are printed with at most 2 decimal places. */
  readonly rows: readonly (readonly (string | number)[])[];
  readonly goals: readonly Goal[];
}

/** @param unit what the number counts, for example "times" */
export function atLeast(name: string, bound: number, unit: string, measured: number): Goal {
  return { name, goal: `at least ${bound} ${unit}`, measured, met: measured >= bound };
}

/** @param unit what the number counts, for example "times" */
export function atMost(name: string, bound: number, unit: string, measured: number): Goal {
  return { name, goal: `at most ${bound} ${unit}`, measured, met: measured <= bound };
}

/** The value in the middle; of an even number of values the lower one of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? NaN;
}

/** The report as the command prints it: one JSON object, or a table and a line for each goal. */
export function formatReport(report: Report, isJson: boolean): string {
  const machine = { cores: cpus().length, node: process.version };
  if (isJson) {
    const { goals, title, columns, rows } = report;
    const table = rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
    return `${JSON.stringify({ goals, title, machine, table })}\n`;
  }
  const lines = [report.columns, ...report.rows].map((row) => row.map(cell));
  const widths = report.columns.map((_, i) =>
    Math.max(...lines.map((line) => line[i]?.length ?? 0)),
  );
  const table = lines.map((line) => line.map((text, i) => pad(text, widths[i] ?? 0, i)).join('  '));
  const goals = report.goals.map(
    ({ name, goal, measured, met }) =>
      `${met ? 'met   ' : 'MISSED'}  ${name}: ${cell(measured)}, goal ${goal}`,
  );
  const title = `${report.title} (${machine.cores} cores, Node ${machine.node})`;
  return [title, '', ...table, '', ...goals, ''].join('\n');
}

function cell(value: string | number): string {
  return typeof value === 'number'
    ? value.toLocaleString('en', { maximumFractionDigits: 2 })
    : value;
}

/** Names to the left, numbers to the right. */
function pad(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}
