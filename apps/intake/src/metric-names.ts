/** The names live in contracts, so that alarms and dashboards of the infrastructure cannot drift from what is emitted. */
export {
  INTAKE_METRICS as METRIC_NAMES,
  type IntakeMetric as MetricName,
} from '@leaderboard/contracts/metrics';
