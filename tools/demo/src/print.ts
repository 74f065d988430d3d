import { isClean, type Report } from './report.ts';

const count = new Intl.NumberFormat('en');
const LABEL_WIDTH = 24;
const NUMBER_WIDTH = 10;

/** The report as a table for people. */
export function formatReport(report: Report): string {
  const { send_to_ledger_ms: toLedger, send_to_standing_ms: toStanding } = report;
  const reasons = Object.entries(report.rejected).map(
    ([type, times]) => `${count.format(times)} ${type}`,
  );
  const rejected = Object.values(report.rejected).reduce((total, times) => total + times, 0);
  return [
    line('sent', report.sent, 'calls that the queue accepted, repeats included'),
    line('in ledger', report.in_ledger, 'read back from the table'),
    line('duplicates suppressed', report.duplicates_suppressed),
    line(
      'rejected',
      rejected,
      reasons.length === 0 ? '' : `${reasons.join(', ')}: sent wrong on purpose, now in the DLQ`,
    ),
    line('lost', report.lost),
    line('duplicated', report.duplicated),
    line('out of order', report.out_of_order),
    line('standings', report.standings.expected, 'folded anew from the ledger'),
    line('standings that differ', report.standings.wrong),
    line('updates/s', report.updates_per_second),
    line('send → ledger, p50', toLedger.p50, 'ms'),
    line('send → ledger, p99', toLedger.p99, 'ms'),
    line('send → standing, p50', toStanding.p50, 'ms'),
    line('send → standing, p99', toStanding.p99, 'ms'),
    '',
    isClean(report)
      ? '  Every update is accounted for: nothing lost, doubled or out of order, every standing as the ledger gives it.'
      : '  NOT CLEAN: something was lost, doubled or out of order, or a standing is wrong. Run again with --json for the numbers.',
  ].join('\n');
}

function line(label: string, value: number, remark = ''): string {
  return `  ${label.padEnd(LABEL_WIDTH)}${count.format(value).padStart(NUMBER_WIDTH)}  ${remark}`.trimEnd();
}
