import { STAGES, type Stage } from './latency.ts';
import { findings, type Report } from './report.ts';

const count = new Intl.NumberFormat('en');
const LABEL_WIDTH = 22;
const NUMBER_WIDTH = 9;

const STAGE_NAMES: Readonly<Record<Stage, string>> = {
  send_to_queue: 'send → queue',
  queue_to_ledger: 'queue → ledger',
  ledger_to_standing: 'ledger → standing',
  standing_to_read: 'standing → read',
  send_to_standing: 'send → standing',
  send_to_read: 'send → read',
};

/** The report as a table for people. */
export function formatReport(report: Report): string {
  const reasons = Object.entries(report.rejected).map(
    ([type, times]) => `${count.format(times)} ${type}`,
  );
  const rejected = Object.values(report.rejected).reduce((total, times) => total + times, 0);
  return [
    line('sent', report.sent, 'calls that the queue accepted, with repeats'),
    line('in ledger', report.in_ledger, 'read back from the table'),
    line('duplicates suppressed', report.duplicates_suppressed),
    line('rejected', rejected, reasons.join(', ')),
    line('  by mistake', report.rejected_by_mistake, 'the others were sent wrong on purpose'),
    line('lost', report.lost),
    line('duplicated', report.duplicated),
    line('out of order', report.out_of_order),
    line('standings', report.standings.expected, 'folded again from the ledger'),
    line('standings that differ', report.standings.wrong),
    line('updates/s', report.updates_per_second),
    '',
    row('latency in ms', ['p50', 'p95', 'p99', 'max']),
    ...STAGES.map((stage) => {
      const { p50, p95, p99, max } = report.latency_ms[stage];
      return row(STAGE_NAMES[stage], [p50, p95, p99, max].map(count.format));
    }),
    '',
    `  ${measuredUpdates(report)} Measured: ${report.measured}.`,
    '',
    verdict(report),
  ].join('\n');
}

function measuredUpdates({ in_ledger, latency_ms }: Report): string {
  const { updates } = latency_ms.send_to_read;
  return updates === in_ledger
    ? `All ${count.format(updates)} updates, not a sample.`
    : `${count.format(updates)} of ${count.format(in_ledger)} updates reached every stage.`;
}

function verdict(report: Report): string {
  const found = findings(report);
  return found.length === 0
    ? '  Clean: every update accounted for, every standing equal to the fold of the ledger.'
    : `  NOT CLEAN: ${found.join(', ')}. Run again with --json for the numbers.`;
}

function line(label: string, value: number, remark = ''): string {
  return `${row(label, [count.format(value)])}  ${remark}`.trimEnd();
}

function row(label: string, cells: readonly string[]): string {
  return `  ${label.padEnd(LABEL_WIDTH)}${cells.map((cell) => cell.padStart(NUMBER_WIDTH)).join('')}`;
}
