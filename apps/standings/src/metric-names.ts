/** The names live in contracts, so that alarms and dashboards of the infrastructure cannot drift from what is emitted. */
export {
  STANDINGS_METRICS as METRIC_NAMES,
  type StandingsMetric as MetricName,
} from '@leaderboard/contracts/metrics';
